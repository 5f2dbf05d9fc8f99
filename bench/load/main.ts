/**
 * `deno task bench:load [MODE]`: measures the service under load. The exit code is 1 if a promise
 * does not hold.
 *
 * - `compare` (default): throughput with one Worker, with two, and with as many as cores.
 * - `engine`: throughput of the Workers without HTTP.
 * - `cost`: processor time of a request besides its inference.
 * - `overload`: four times as many requests as the service can answer.
 * - `workers`: a Worker is killed every second.
 * - `stop`: SIGTERM while patches are scored, fields searched and events sent.
 * - `fuzz`: malformed requests.
 * - `attacks`: every attack of the threat model; `--only TEXT` selects some by their names.
 * - `soak`: valid requests for a long time.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runAttacks } from "./attacks/main.ts";
import { compareWorkers } from "./compare.ts";
import { measureRequestCost } from "./cost.ts";
import { compareEngines } from "./engine.ts";
import { killWorkers } from "./kill_workers.ts";
import { overload } from "./overload.ts";
import { fuzz, soak } from "./soak.ts";
import { stopUnderLoad } from "./stop.ts";

const { positionals: [mode = "compare"], values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string" },
    times: { type: "string" },
    count: { type: "string" },
    model: { type: "string" },
    only: { type: "string" },
  },
});
const seconds = Number(values.seconds ?? 10);
const times = Number(values.times ?? 20);
const patch = await Deno.readFile(new URL("../../model/samples/metaphase.png", import.meta.url));

const MODES: Record<string, () => Promise<boolean>> = {
  compare: () => compareWorkers(patch, seconds, values.model ?? ""),
  engine: () => compareEngines(patch, Number(values.seconds ?? 3), values.model ?? ""),
  cost: () => measureRequestCost(patch, seconds, values.model ?? ""),
  overload: () => overload(patch, Number(values.seconds ?? 60)),
  workers: () => killWorkers(patch, Number(values.seconds ?? 60)),
  fuzz: () => fuzz(Number(values.count ?? 200_000)),
  attacks: () => runAttacks(patch, values.only ?? ""),
  soak: () => soak(patch, Number(values.count ?? 500_000)),
  stop: () => stopUnderLoad(patch, times),
};
const run = MODES[mode];
if (run === undefined) {
  console.error(`There is no mode '${mode}'; the modes are ${Object.keys(MODES).join(", ")}.`);
  Deno.exit(2);
}
const { availableParallelism, loadavg } = await import("node:os");
console.log(`${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`);
Deno.exit(await run() ? 0 : 1);
