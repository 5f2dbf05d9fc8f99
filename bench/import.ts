/**
 * Times IBM's network after each graph pass against its direct conversion, batch 1, one thread: one run
 * of each in turn, on changing patches, so that a busy machine disturbs all alike. The weights are the
 * first argument, else those that `deno task model:import` fetches.
 *
 * Where onnxruntime-node is installed (`ONNXRUNTIME_NODE` names its folder), it runs the same two files.
 */
import { messageOf } from "../src/errors.ts";
import { openSession, type Session } from "../src/inference/session.ts";
import { compileRuntime } from "../src/inference/runtime.ts";
import { createPreprocessor } from "../src/inference/preprocess.ts";
import { readKerasFile } from "../src/model/import/keras/hdf5.ts";
import { PREPROCESSINGS } from "../src/model/import/keras/preprocessing.ts";
import { readLayers } from "../src/model/import/keras/read_layers.ts";
import { convert, type ConvertedNetwork, writeNetwork } from "../src/model/import/conversion.ts";
import { syntheticPatches } from "../src/patch/synthetic_patches.ts";
import { fetchWeightsFile, readWeightsFile } from "../src/model/import/weights_file.ts";
import { describeChanges } from "../src/model/import/onnx/describe_changes.ts";
import { quantile, type Run, timeInTurn } from "./turns.ts";

const ROUNDS = 1500;
const PATCHES = 64;

const [path] = Deno.args;
const file = await (path === undefined ? fetchWeightsFile() : readWeightsFile(path)).catch(
  (thrown: unknown) => {
    console.log(`IBM's network is not timed. ${messageOf(thrown)}`);
    Deno.exit(path === undefined ? 0 : 1);
  },
);
const layers = readLayers(await readKerasFile(file.bytes, file.name));
const { direct, steps, final } = convert(layers, PREPROCESSINGS.tf, {}, { isOptimized: true });
const { width, height } = direct.input;
const patches = syntheticPatches(PATCHES, width, height);
const size = width * height * 3;

/** One patch of the set. */
function patch(n: number) {
  const data = patches.data.slice((n % PATCHES) * size, (n % PATCHES + 1) * size);
  return { count: 1, width, height, data };
}

const runtime = await compileRuntime();
const source = ({ bytes, input, output }: ConvertedNetwork) => ({
  runtime,
  network: bytes,
  input,
  output,
});
const networks = [direct, ...steps.map(({ graph }) => writeNetwork(graph, PREPROCESSINGS.tf))];
const sessions: Session[] = [];
for (const network of networks) sessions.push(await openSession(source(network)));
const times = await timeInTurn(sessions.map((session) => (n) => session.run(patch(n))), ROUNDS);

const table = (share: number) => {
  const base = quantile(times[0] ?? [], share);
  return times.map((all) => {
    const value = quantile(all, share);
    return { ms: value, ratio: value / base };
  });
};
const [tenths, medians] = [table(0.1), table(0.5)];
const titles = ["direct conversion", ...steps.map(({ title }) => title)];
console.log(
  `${layers.layers.length} layers, batch 1, one thread, ${ROUNDS} rounds in turn: median, and fastest tenth`,
);
for (const [i, title] of titles.entries()) {
  const [median, tenth] = [medians[i], tenths[i]];
  const changes = i === 0
    ? ""
    : describeChanges(networks[i - 1]?.graph ?? direct.graph, (networks[i] ?? final).graph);
  console.log(
    `  ${title.padEnd(28)}${median?.ms.toFixed(2)} ms, ${median?.ratio.toFixed(3)}   ` +
      `${tenth?.ms.toFixed(2)} ms, ${tenth?.ratio.toFixed(3)}   ${changes}`,
  );
}
console.log(
  `optimized / direct: ${medians.at(-1)?.ratio.toFixed(3)} (medians), ` +
    `${tenths.at(-1)?.ratio.toFixed(3)} (fastest tenths); at most 0.55 is wanted`,
);
for (const session of sessions) await session.close();
await compareWithNative();

/** The part of onnxruntime-node's API that is used. */
interface NativeRuntime {
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<{
      run(feeds: Record<string, unknown>): Promise<unknown>;
    }>;
  };
}

async function compareWithNative(): Promise<void> {
  let native: NativeRuntime;
  try {
    const { createRequire } = await import("node:module");
    const folder = Deno.env.get("ONNXRUNTIME_NODE") ?? "onnxruntime-node";
    native = createRequire(import.meta.url)(folder);
  } catch {
    console.log("native onnxruntime-node: not installed, so not compared");
    return;
  }
  const runs: Run[] = [];
  for (const network of [direct, final]) {
    const web = await openSession(source(network));
    const session = await native.InferenceSession.create(network.bytes, { intraOpNumThreads: 1 });
    const toTensor = createPreprocessor(network.input);
    runs.push((n) => web.run(patch(n)), (n) => {
      const { data, dims } = toTensor(patch(n));
      const tensor = new native.Tensor("float32", Float32Array.from(data), dims);
      return session.run({ [network.input.name]: tensor });
    });
  }
  const [web = [], fast = [], webFinal = [], fastFinal = []] = await timeInTurn(runs, ROUNDS);
  const row = (name: string, a: readonly number[], b: readonly number[]) => {
    const [ours, theirs] = [quantile(a, 0.5), quantile(b, 0.5)];
    console.log(
      `  ${name.padEnd(22)}WASM ${ours.toFixed(2)} ms, native ${theirs.toFixed(2)} ms: ` +
        `${(ours / theirs).toFixed(2)} times`,
    );
  };
  console.log("against native onnxruntime-node, same files, medians:");
  row("direct conversion", web, fast);
  row("optimized", webFinal, fastFinal);
}
