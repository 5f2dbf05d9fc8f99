/**
 * `deno run -A bench/import.ts [FILE]`: times IBM's network after each graph optimization pass, and
 * compares it with the direct conversion. Each run is one patch in one thread, and the networks
 * take turns. FILE has IBM's weights; by default they are downloaded.
 *
 * If onnxruntime-node is installed (`ONNXRUNTIME_NODE` names its folder), it runs the same networks.
 *
 * @module
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
import { type TimedFunction, timeInterleaved } from "./interleaved.ts";
import { quantile } from "./statistics.ts";

const ROUNDS = 1500;
const PATCHES = 64;

const [path] = Deno.args;
const file = await (path === undefined ? fetchWeightsFile() : readWeightsFile(path)).catch(
  (thrown: unknown) => {
    console.log(`Nothing is timed, because IBM's network is missing. ${messageOf(thrown)}`);
    Deno.exit(path === undefined ? 0 : 1);
  },
);
const layers = readLayers(await readKerasFile(file.bytes, file.name));
const { direct, steps, final } = convert(layers, PREPROCESSINGS.tf, {}, { isOptimized: true });
const { width, height } = direct.input;
const patches = syntheticPatches(PATCHES, width, height);
const size = width * height * 3;

/** Returns a patch of the set as a batch of 1. */
function patch(n: number) {
  const data = patches.data.slice((n % PATCHES) * size, (n % PATCHES + 1) * size);
  return { count: 1, width, height, data };
}

const runtime = await compileRuntime();
const sessionSource = ({ bytes, input, output }: ConvertedNetwork) => ({
  runtime,
  network: bytes,
  input,
  output,
});
const networks = [direct, ...steps.map(({ graph }) => writeNetwork(graph, PREPROCESSINGS.tf))];
const sessions: Session[] = [];
for (const network of networks) sessions.push(await openSession(sessionSource(network)));
const times = await timeInterleaved(
  sessions.map((session) => (n) => session.run(patch(n))),
  ROUNDS,
);

/** Returns a quantile of each network's times, and its ratio to that of the direct conversion. */
const quantiles = (share: number) => {
  const ofDirect = quantile(times[0] ?? [], share);
  return times.map((values) => {
    const ms = quantile(values, share);
    return { ms, ratio: ms / ofDirect };
  });
};
const [tenths, medians] = [quantiles(0.1), quantiles(0.5)];
const titles = ["direct conversion", ...steps.map(({ title }) => title)];
console.log(
  `${layers.layers.length} layers, batch 1, one thread, ${ROUNDS} rounds. Median and 10 % quantile, with their ratios to the direct conversion:`,
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
    `${tenths.at(-1)?.ratio.toFixed(3)} (10 % quantiles); the goal is at most 0.55`,
);
for (const session of sessions) await session.close();
await compareWithNative();

/** The part of onnxruntime-node's API that is used here. */
interface NativeRuntime {
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<{
      run(feeds: Record<string, unknown>): Promise<unknown>;
    }>;
  };
}

/** Compares the ONNX runtime in WASM with the native one. */
async function compareWithNative(): Promise<void> {
  let native: NativeRuntime;
  try {
    const { createRequire } = await import("node:module");
    const folder = Deno.env.get("ONNXRUNTIME_NODE") ?? "onnxruntime-node";
    native = createRequire(import.meta.url)(folder);
  } catch {
    console.log("native onnxruntime-node is not installed, so it is not compared");
    return;
  }
  const runs: TimedFunction[] = [];
  for (const network of [direct, final]) {
    const web = await openSession(sessionSource(network));
    const session = await native.InferenceSession.create(network.bytes, { intraOpNumThreads: 1 });
    const preprocess = createPreprocessor(network.input);
    runs.push((n) => web.run(patch(n)), (n) => {
      const { data, dims } = preprocess(patch(n));
      const tensor = new native.Tensor("float32", Float32Array.from(data), dims);
      return session.run({ [network.input.name]: tensor });
    });
  }
  const [wasmDirect = [], nativeDirect = [], wasmFinal = [], nativeFinal = []] =
    await timeInterleaved(
      runs,
      ROUNDS,
    );
  const printRow = (name: string, wasm: readonly number[], native: readonly number[]) => {
    const [wasmMs, nativeMs] = [quantile(wasm, 0.5), quantile(native, 0.5)];
    console.log(
      `  ${name.padEnd(22)}WASM ${wasmMs.toFixed(2)} ms, native ${nativeMs.toFixed(2)} ms: ` +
        `ratio ${(wasmMs / nativeMs).toFixed(2)}`,
    );
  };
  console.log("compared with native onnxruntime-node, medians:");
  printRow("direct conversion", wasmDirect, nativeDirect);
  printRow("optimized", wasmFinal, nativeFinal);
}
