/**
 * `deno task bench:start [FOLDER...]`: from the start of the process to its first prediction, and
 * what memory it keeps when it rests.
 *
 * Each folder is a checkout of this project, started as its `deno task start` does; without one it
 * is this one. Several are started in turns, so that one run compares them.
 *
 * @module
 */
import { median } from "./median.ts";

const ROUNDS = 7;
const REST_MS = 3000;
const WORKERS = "2";

const here = new URL("../", import.meta.url).pathname;
const sample = await Deno.readFile(new URL("../model/samples/metaphase.png", import.meta.url));

/** What one start took. */
interface Start {
  /** From spawning the process until the first prediction was read, milliseconds. */
  readonly firstPrediction: number;
  /** Resident memory after the first prediction and some seconds of rest, MiB; Linux only. */
  readonly resident: number;
}

async function start(folder: string): Promise<Start> {
  const port = freePort();
  const { tasks } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
  // NAME=VALUE... deno ARGUMENT...
  const words: string[] = tasks.start.command.split(" ");
  const deno = words.indexOf("deno");
  const env = Object.fromEntries(words.slice(0, deno).map((word) => word.split("=", 2)));
  const started = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: [...words.slice(deno + 1), "--port", String(port)],
    cwd: folder,
    env: { ...env, INFERENCE_WORKERS: WORKERS, NO_COLOR: "1" },
    stdout: "null",
  }).spawn();
  try {
    await firstAnswer(`http://127.0.0.1:${port}/model/predict`);
    const firstPrediction = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return { firstPrediction, resident: await residentMiB(process.pid) };
  } finally {
    process.kill("SIGKILL");
    await process.status;
  }
}

/** Asks until it is answered with a prediction. */
async function firstAnswer(url: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    try {
      const headers = { "content-type": "image/png" };
      const response = await fetch(url, { method: "POST", headers, body: sample });
      await response.body?.cancel();
      if (response.status === 200) return;
    } catch {
      // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} gave no prediction within a minute`);
}

async function residentMiB(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const folders = Deno.args.length > 0 ? Deno.args : [here];
const starts = new Map<string, Start[]>(folders.map((folder) => [folder, []]));
for (const folder of folders) await start(folder); // warms the caches, not counted
for (let round = 0; round < ROUNDS; round++) {
  for (const [folder, list] of starts) list.push(await start(folder));
}
console.log(`${ROUNDS} starts each, ${WORKERS} Workers, warm cache; median (least to most)`);
for (const [folder, list] of starts) {
  const show = (values: number[], unit: string) =>
    `${median(values).toFixed(0)} ${unit} (${Math.min(...values).toFixed(0)} to ` +
    `${Math.max(...values).toFixed(0)})`;
  console.log(
    `${folder}\n` +
      `  start to first prediction  ${show(list.map((s) => s.firstPrediction), "ms")}\n` +
      `  resident at rest           ${show(list.map((s) => s.resident), "MiB")}`,
  );
}
