import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readConfig } from "../../src/config.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { sample } from "../service.ts";

const names = ["metaphase", "anaphase", "interphase", "stroma"];
const patches = async () => (await Promise.all(names.map(sample))).map(decodePng);
const load = (workers: string) =>
  loadClassifier(readConfig((name) => name === "INFERENCE_WORKERS" ? workers : undefined));

Deno.test("Workers and the serving thread give the same probabilities, patch by patch and in a batch", async () => {
  const [pool, inProcess] = [await load("2"), await load("0")];
  try {
    equal(pool.engine.concurrency, 2);
    const batch = await pool.score(await patches());
    deepEqual(await inProcess.score(await patches()), batch);
    const alone = await Promise.all((await patches()).map((patch) => pool.score([patch])));
    alone.flat().forEach((probability, i) => {
      ok(Math.abs(probability - (batch[i] ?? NaN)) < 1e-6);
    });
  } finally {
    await pool.engine.close();
    await inProcess.engine.close();
  }
});

Deno.test("an aborted run does not begin, and closing the engine rejects the runs that wait", async () => {
  const { engine, score } = await load("1");
  const four = await patches();
  const stopped = new AbortController();
  const first = score(four);
  const second = score(four, { signal: stopped.signal });
  const refused = rejects(second, /not needed/);
  stopped.abort(new Error("not needed"));
  await first;
  await refused;
  const running = rejects(score(four), { code: "stopping" });
  const waiting = rejects(score(four), { code: "stopping" });
  await engine.close();
  await Promise.all([running, waiting]);
});

/** Reads the name and the niceness of a thread from its `stat` file below /proc. */
function readThread(path: string): { readonly name: string; readonly nice: number } {
  const [, name = "", rest = ""] = /\((.*)\) (.*)/.exec(Deno.readTextFileSync(path)) ?? [];
  return { name, nice: Number(rest.split(" ")[16]) };
}

Deno.test({
  name: "the Workers have a lower priority than the serving thread",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { engine } = await load("2");
    try {
      const { nice } = readThread("/proc/self/stat");
      const workers = [...Deno.readDirSync("/proc/self/task")]
        .map(({ name }) => readThread(`/proc/self/task/${name}/stat`))
        .filter(({ name }) => name.startsWith("worker-"));
      deepEqual(workers.map((worker) => worker.nice > nice), [true, true]);
    } finally {
      await engine.close();
    }
  },
});
