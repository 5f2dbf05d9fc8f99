import type { PreprocessingMode } from "../model/import/keras/preprocessing.ts";
import { fetchWeightsFile, readWeightsFile } from "../model/import/weights_file.ts";
import { type Command, UsageError } from "./command.ts";
import type { ProgressBar } from "./progress_bar.ts";

/** The command `model import`: converts Keras weights to a model bundle. */
export const modelImport: Command = {
  name: "model import",
  operands: "[FILE]",
  summary: "Convert IBM's Keras weights, or a network of the same family, to a model bundle.",
  details:
    "FILE is a .hdf5 or .h5 file that Keras saved, or IBM's assets.tar.gz. Without FILE, IBM's " +
    "published weights are downloaded. The bundle is written completely or not at all. To serve it, " +
    "set MODEL_DIR to the output folder.",
  options: {
    output: {
      placeholder: "FOLDER",
      meaning:
        "Output folder of the bundle [default: models/ibm-max for IBM's weights, otherwise models/ and " +
        "the name of FILE].",
    },
    "allow-unverified": {
      meaning: "Accept a file that IBM did not publish, such as your own network.",
    },
    "no-optimize": { meaning: "Skip the graph optimization passes after the conversion." },
    preprocessing: {
      placeholder: "tf|caffe",
      values: ["tf", "caffe"],
      meaning:
        "How pixels were converted in training: tf is RGB from -1 to 1, caffe is BGR minus the means of " +
        "ImageNet [default: caffe for VGG and ResNet-50, otherwise tf].",
    },
    patches: {
      placeholder: "FOLDER",
      meaning:
        "Compare the optimized network with the direct conversion also on the PNG patches in this folder " +
        "and its subfolders; not used with --no-optimize.",
    },
  },
  settings: [],
  async run({ operands: [path, ...more], options, output }) {
    if (more.length > 0) throw new UsageError("model import accepts one file, or none.");
    const preprocessing = preprocessingMode(options["preprocessing"]);
    const file = path === undefined ? await fetchWeightsFile() : await readWeightsFile(path);
    let progress: ProgressBar | undefined;
    // Imported here because the HDF5 and protobuf libraries are large, and no other command needs them.
    const { importWeights } = await import("../model/import/import_weights.ts");
    try {
      await importWeights(file, {
        folder: options["output"],
        allowUnverified: options["allow-unverified"] !== undefined,
        isOptimized: options["no-optimize"] === undefined,
        preprocessing,
        patches: options["patches"],
        onStep(step, message) {
          progress?.end();
          output.status(`  ${step.padEnd(8)}${message}`, { step, message });
        },
        onProgress(done, total) {
          progress ??= output.progress(total, "patches");
          progress.update(done);
        },
      });
    } finally {
      progress?.end();
    }
    return 0;
  },
};

function preprocessingMode(typed: string | undefined): PreprocessingMode | undefined {
  if (typed === undefined || typed === "tf" || typed === "caffe") return typed;
  throw new UsageError(`--preprocessing is '${typed}'; it must be tf or caffe.`);
}
