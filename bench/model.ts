/**
 * `deno task bench:model [FILE]`: compares the speed of the embedded model, or of the bundle that
 * `MODEL_DIR` names, with IBM's network. Each run is one patch in one thread, and the networks take
 * turns. FILE has IBM's weights; by default they are downloaded.
 *
 * @module
 */
import { messageOf } from "../src/errors.ts";
import { compileRuntime } from "../src/inference/runtime.ts";
import { openSession } from "../src/inference/session.ts";
import { readKerasFile } from "../src/model/import/keras/hdf5.ts";
import { PREPROCESSINGS } from "../src/model/import/keras/preprocessing.ts";
import { readLayers } from "../src/model/import/keras/read_layers.ts";
import { openBundle } from "../src/model/bundle.ts";
import { convert } from "../src/model/import/conversion.ts";
import { embeddedFiles } from "../src/model/embedded.ts";
import { folderFiles } from "../src/model/folder.ts";
import { syntheticPatches } from "../src/patch/synthetic_patches.ts";
import { fetchWeightsFile, readWeightsFile } from "../src/model/import/weights_file.ts";
import { timeInterleaved } from "./interleaved.ts";
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
const folder = Deno.env.get("MODEL_DIR");
const bundle = await openBundle(folder ? await folderFiles(folder) : embeddedFiles);
const layers = readLayers(await readKerasFile(file.bytes, file.name));
const { direct, final } = convert(layers, PREPROCESSINGS.tf, {}, { isOptimized: true });
const patches = syntheticPatches(PATCHES, 64, 64);
const size = patches.data.length / PATCHES;
const runtime = await compileRuntime();
const { name, version, input, output } = bundle.manifest;
const networks = {
  "IBM's, direct conversion": { network: direct.bytes, ...direct },
  "IBM's, optimized": { network: final.bytes, ...final },
  [`${name} ${version}`]: { network: bundle.network, input, output },
};
const sessions = await Promise.all(
  Object.values(networks).map(({ network, input, output }) =>
    openSession({ runtime, network, input, output })
  ),
);
const times = await timeInterleaved(
  sessions.map((session) => (round) => {
    const first = round % PATCHES * size;
    const data = patches.data.slice(first, first + size);
    return session.run({ count: 1, width: 64, height: 64, data });
  }),
  ROUNDS,
);
const ratio = (i: number, share: number) =>
  (quantile(times[i] ?? [], share) / quantile(times[0] ?? [], share)).toFixed(3);
console.log(
  `One patch, one thread, ${ROUNDS} rounds. Median, then ratios to the direct conversion (medians, ` +
    "10 % quantiles):",
);
for (const [i, title] of Object.keys(networks).entries()) {
  const middle = quantile(times[i] ?? [], 0.5).toFixed(2);
  console.log(`  ${title.padEnd(28)} ${middle} ms, ${ratio(i, 0.5)}, ${ratio(i, 0.1)}`);
}
console.log(`The model's ONNX file has ${bundle.network.length} bytes.`);
for (const session of sessions) await session.close();
