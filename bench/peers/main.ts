/**
 * `deno task bench:peers --model FOLDER`: compares this service with others that run the same network, in
 * turns on the same machine, and prints a table as Markdown. Linux only. Needs `wrk`, and for the peers
 * `python3` and `npm`.
 *
 * - `--model FOLDER`: bundle of the network. Repeat it for several networks.
 * - `--before FOLDER`: another checkout of this project, as a further peer.
 * - `--fastapi FOLDER`: another FastAPI peer than the one in `services/`.
 * - `--only NAME,...`: only the peers whose names contain one of these texts.
 * - `--turns N`: clean turns of each peer (3). `--seconds N`: length of a turn (5).
 * - `--scratch FOLDER`: where packages are installed, to be used again (a temporary folder).
 *
 * @module
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "../statistics.ts";
import { requestBody } from "./bodies.ts";
import { installPeer } from "./install.ts";
import { type Peer, PEERS, PROJECT, thisProject, type Tools } from "./peers.ts";
import { type Sample, startPeer } from "./running_peer.ts";
import { measureTurn, type Turn } from "./turn.ts";

/** A turn in which everything else took more of a core than this is discarded. */
const MAX_OTHER_CORES = 0.12;
/** Turns of one peer and load that may be discarded before the comparison gives up. */
const MAX_DISCARDED = 10;
/** The loads: connections of `wrk`, and patches in each request. */
const LOADS = [
  { connections: 16, patches: 1 },
  { connections: 16, patches: 16 },
  { connections: 1, patches: 1 },
] as const;

const { values } = parseArgs({
  options: {
    model: { type: "string", multiple: true, default: ["model"] },
    before: { type: "string" },
    fastapi: { type: "string" },
    only: { type: "string" },
    turns: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    scratch: { type: "string" },
  },
});
const scratch = values.scratch ?? await Deno.makeTempDir({ prefix: "mitosis-peers-" });
const wanted = values.only?.split(",");
const peers = [
  thisProject("this service", PROJECT),
  ...(values.before === undefined ? [] : [thisProject("this service before", values.before)]),
  ...PEERS,
].filter(({ name }) => wanted?.some((text) => name.includes(text)) ?? true);
const tools = new Map<Peer, Tools>();
for (const peer of peers) tools.set(peer, await installPeer(peer, scratch, values.fastapi));
const [cpu] = cpus();
console.log(
  `${availableParallelism()} cores (${cpu?.model}), load average ${loadavg()[0]?.toFixed(1)}, ` +
    `${new Date().toISOString().slice(0, 10)}`,
);
for (const folder of values.model) await compare(await Deno.realPath(folder));

/** Compares the peers with one network, and prints the table. */
async function compare(modelDir: string): Promise<void> {
  const sample = await readSample(modelDir);
  const turns = new Map<string, Turn[]>();
  const turnsOf = (peer: Peer, load: number) => {
    const key = `${peer.name} ${load}`;
    return turns.getOrInsert(key, []);
  };
  for (let turn = 0; turn < Number(values.turns); turn++) {
    for (const [peer, programs] of tools) {
      await using running = await startPeer(peer, programs, sample);
      for (const [i, load] of LOADS.entries()) {
        const { bytes, contentType } = await requestBody(peer.format, sample.patch, load.patches);
        const bodyFile = `${scratch}/body`;
        await Deno.writeFile(bodyFile, bytes);
        const measure = (seconds: number) =>
          measureTurn(running.pid, {
            ...load,
            url: running.url,
            seconds,
            bodyFile,
            contentType,
          });
        if (i === 0) await measure(3); // Warm-up.
        turnsOf(peer, i).push(await cleanTurn(() => measure(Number(values.seconds))));
      }
    }
  }
  console.log(`\n${modelDir.split("/").at(-1)}, medians of ${values.turns} turns\n`);
  console.log(
    "| service | patches/s | CPU s for 1,000 | p99 ms | 16 a request, patches/s | one connection, p50 ms |",
  );
  console.log("|---|---|---|---|---|---|");
  for (const peer of peers) {
    const [single = [], sixteen = [], alone = []] = LOADS.map((_load, i) => turnsOf(peer, i));
    const of = (list: readonly Turn[], value: (turn: Turn) => number) => median(list.map(value));
    const cells = [
      of(single, (turn) => turn.requestsPerSecond).toFixed(0),
      of(single, (turn) => turn.cpuPer1000).toFixed(2),
      of(single, (turn) => turn.p99).toFixed(1),
      (of(sixteen, (turn) => turn.requestsPerSecond) * 16).toFixed(0),
      of(alone, (turn) => turn.p50).toFixed(2),
    ];
    console.log(`| ${[peer.name, ...cells].join(" | ")} |`);
  }
}

/** Repeats a turn until nothing else on the machine disturbed it. */
async function cleanTurn(measure: () => Promise<Turn>): Promise<Turn> {
  for (let discarded = 0; discarded < MAX_DISCARDED; discarded++) {
    const turn = await measure();
    if (turn.otherCores <= MAX_OTHER_CORES) return turn;
    console.error(`a turn is discarded: everything else took ${turn.otherCores.toFixed(2)} cores`);
  }
  throw new Error("The machine is too busy: no turn was undisturbed.");
}

/** Reads the patch of a bundle's self-test, and its right probability. */
async function readSample(modelDir: string): Promise<Sample> {
  const { selfTest } = JSON.parse(await Deno.readTextFile(`${modelDir}/manifest.json`));
  const patch = await Deno.readFile(`${modelDir}/${selfTest.image}`);
  return { modelDir, patch, probability: selfTest.probability };
}
