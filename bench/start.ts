/**
 * `deno task bench:start [FOLDER...]`: measures the time from the start of the process to its first
 * prediction, and its memory when it is idle.
 *
 * Each folder is a checkout of this project, by default this one. It is started like its
 * `deno task start`. Several checkouts take turns, so that their results can be compared.
 *
 * @module
 */
import { median } from "./statistics.ts";

const ROUNDS = 7;
/** Idle time before memory is measured, in milliseconds. */
const IDLE_MS = 3000;
const WORKERS = "2";

const thisCheckout = new URL("../", import.meta.url).pathname;
const sample = await Deno.readFile(new URL("../model/samples/metaphase.png", import.meta.url));

/** Measurements of one start. */
interface Start {
  /** Time from spawning the process to the first prediction, in milliseconds. */
  readonly firstPredictionMs: number;
  /** Resident memory when idle, in MiB; NaN on other systems than Linux. */
  readonly residentMiB: number;
}

/** Starts the service in a checkout, measures it, and kills it. */
async function start(folder: string): Promise<Start> {
  const port = freePort();
  const { tasks } = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
  // The command is `NAME=VALUE... deno ARGUMENT...`.
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
    await waitForPrediction(`http://127.0.0.1:${port}/model/predict`);
    const firstPredictionMs = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    return { firstPredictionMs, residentMiB: await readResidentMiB(process.pid) };
  } finally {
    process.kill("SIGKILL");
    await process.status;
  }
}

/** Sends requests until one is answered with a prediction. */
async function waitForPrediction(url: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    try {
      const headers = { "content-type": "image/png" };
      const response = await fetch(url, { method: "POST", headers, body: sample });
      await response.body?.cancel();
      if (response.status === 200) return;
    } catch {
      // The service does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no prediction from ${url} within a minute`);
}

async function readResidentMiB(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const folders = Deno.args.length > 0 ? Deno.args : [thisCheckout];
const starts = new Map<string, Start[]>(folders.map((folder) => [folder, []]));
for (const folder of folders) await start(folder); // Warms up the file system's cache.
for (let round = 0; round < ROUNDS; round++) {
  for (const [folder, list] of starts) list.push(await start(folder));
}
console.log(`${ROUNDS} starts each, ${WORKERS} Workers, warm cache; median (minimum to maximum)`);
for (const [folder, list] of starts) {
  const summary = (values: number[], unit: string) =>
    `${median(values).toFixed(0)} ${unit} (${Math.min(...values).toFixed(0)} to ` +
    `${Math.max(...values).toFixed(0)})`;
  console.log(
    `${folder}\n` +
      `  start to first prediction  ${summary(list.map((s) => s.firstPredictionMs), "ms")}\n` +
      `  resident when idle         ${summary(list.map((s) => s.residentMiB), "MiB")}`,
  );
}
