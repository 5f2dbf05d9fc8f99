import type { PreprocessingMode } from "../model/import/keras/preprocessing.ts";
import { fetchWeightsFile, readWeightsFile } from "../model/import/weights_file.ts";
import { type Command, UsageError } from "./command.ts";
import { type Progress, progressBar } from "./progress.ts";

/** `model import`: Keras weights to a bundle. */
export const modelImport: Command = {
  name: "model import",
  operands: "[FILE]",
  summary: "Make a model bundle of IBM's Keras weights, or of a network of the same family.",
  details:
    "FILE is a .hdf5 or .h5 file that Keras saved, or IBM's assets.tar.gz; without it, IBM's " +
    "published weights are fetched. The bundle is written whole or not at all. Serve it with " +
    "MODEL_DIR=models/ibm-max.",
  options: {
    output: { value: "FOLDER", meaning: "Where the bundle goes [default models/ibm-max]." },
    "allow-unverified": {
      value: "flag",
      meaning: "Take a file that is not the one IBM published: a network of your own.",
    },
    "no-optimize": {
      value: "flag",
      meaning: "Keep the direct conversion: do not optimize the graph.",
    },
    preprocessing: {
      value: "tf|caffe",
      meaning: "How the network was trained to see pixels: tf is RGB from -1 to 1, caffe is BGR " +
        "minus ImageNet's means [default: caffe for VGG and ResNet-50, else tf].",
    },
    patches: {
      value: "FOLDER",
      meaning: "Check the optimized graph on the PNG patches below this folder too.",
    },
  },
  settings: [],
  async run({ operands: [path, ...more], options }) {
    if (more.length > 0) throw new UsageError("model import takes one file, or none.");
    const preprocessing = preprocessingMode(options["preprocessing"]);
    const file = path === undefined ? await fetchWeightsFile() : await readWeightsFile(path);
    let progress: Progress | undefined;
    // Loaded only here: HDF5 and protobuf are much, and of no use to the service.
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
          console.log(`  ${step.padEnd(8)}${message}`);
        },
        onProgress(done, total) {
          progress ??= progressBar(total, "patches");
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
  throw new UsageError(`--preprocessing is '${typed}'; it takes tf or caffe.`);
}
