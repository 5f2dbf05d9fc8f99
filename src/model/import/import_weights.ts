import { Problem } from "../../errors.ts";
import { compileRuntime } from "../../inference/runtime.ts";
import { readKerasFile } from "./keras/hdf5.ts";
import type { LayerGraph } from "./keras/layers.ts";
import {
  guessPreprocessing,
  type PreprocessingMode,
  PREPROCESSINGS,
} from "./keras/preprocessing.ts";
import { readLayers } from "./keras/read_layers.ts";
import { describeChanges } from "./onnx/describe_changes.ts";
import type { Graph } from "./onnx/graph.ts";
import { multiplyAdds } from "./onnx/shapes.ts";
import { compareNetworks, type NetworkComparison, runNetwork } from "./compare_networks.ts";
import { type Conversion, convert } from "./conversion.ts";
import { customMetadata, IBM_METADATA } from "./ibm.ts";
import { createImportedBundle } from "./imported_bundle.ts";
import { selfTestPatch } from "./self_test_patch.ts";
import { sha512Of, verifyWeights, type WeightsFile } from "./weights_file.ts";
import { writeFolder } from "./write_folder.ts";

/**
 * Maximum difference of probabilities between the direct conversion and the optimized graph. For
 * comparison: the direct conversion of IBM's network differs by 2e-6 from a computation in double
 * precision.
 */
const MAX_DIFFERENCE = 1e-5;

/** The name of a step of an import, which is printed in front of the message about the step. */
export type ImportStep = "read" | "verify" | "input" | "graph" | "check" | "wrote";

/** Options of an import. */
export interface ImportOptions {
  /** The folder to write; by default `models/ibm-max`, or `models/` and the file's name. */
  readonly folder?: string | undefined;
  /** Accepts files that IBM did not publish. */
  readonly allowUnverified: boolean;
  /** Applies the graph optimization passes. */
  readonly isOptimized: boolean;
  /** How the pixels were converted in training. By default, this is guessed from the layers' names. */
  readonly preprocessing?: PreprocessingMode | undefined;
  /**
   * A folder of PNG patches on which the optimized graph is checked, besides synthetic patches. Without
   * `isOptimized` it is not read.
   */
  readonly patches?: string | undefined;
  /** Called after each step with a message about its result. */
  onStep(step: ImportStep, message: string): void;
  /** Called during the check with the number of patches that were scored, and with their total. */
  onProgress?(done: number, total: number): void;
}

/**
 * Imports a Keras file as a bundle: reads it, verifies its checksum, converts it to ONNX, compares
 * the optimized graph with the direct conversion, and writes the bundle atomically.
 *
 * @throws {Problem} `weights_unreadable`, `weights_unverified`, `weights_unsupported`,
 * `conversion_inexact`, `model_invalid`, `internal`, `file_unreadable` or `file_unwritable`. In all
 * these cases an existing bundle is kept.
 */
export async function importWeights(file: WeightsFile, options: ImportOptions): Promise<void> {
  const { onStep } = options;
  const layers = readLayers(await readKerasFile(file.bytes, file.name));
  onStep("read", describeLayers(layers));
  const isPublished = await verifyWeights(file, options.allowUnverified);
  onStep(
    "verify",
    isPublished
      ? "the SHA-512 is that of IBM's published model"
      : "not IBM's published model; accepted because of --allow-unverified",
  );
  const mode = options.preprocessing ?? guessPreprocessing(layers);
  if (!isPublished) onStep("input", describeInput(mode));

  const stem = file.name.replace(/\.(hdf5|h5)$/i, "");
  const metadata = isPublished ? IBM_METADATA : customMetadata(stem);
  const sha512 = await sha512Of(file.bytes);
  const conversion = convert(layers, PREPROCESSINGS[mode], {
    source: metadata.source,
    "keras file": file.name,
    "keras file SHA-512": sha512,
  }, options);
  onStep("graph", describeSteps(conversion));

  const runtime = await compileRuntime();
  const comparison = describeComparison(await checkOptimized(conversion, runtime, options));
  onStep("check", comparison);

  const { width, height } = conversion.direct.input;
  const patch = selfTestPatch(width, height);
  // The expected probability is that of the direct conversion, so that the self-test covers the passes.
  const [probability = NaN] = await runNetwork(conversion.direct, runtime, {
    ...patch.image,
    count: 1,
  });
  const folder = options.folder ?? `models/${isPublished ? "ibm-max" : stem}`;
  const bundle = await createImportedBundle({
    metadata,
    network: conversion.final,
    selfTest: { ...patch, probability },
    file: { name: file.name, sha512 },
    kerasVersion: layers.kerasVersion,
    parameters: layers.parameters,
    passes: conversion.steps.map(({ title }) => title),
    comparison,
  });
  await writeFolder(folder, bundle);
  onStep("wrote", `${folder}/ (${[...bundle.keys()].join(", ")})`);
}

/**
 * Compares the optimized graph with the direct conversion.
 *
 * @returns Undefined if there is no optimized graph.
 * @throws {Problem} `conversion_inexact` when the graphs differ too much.
 */
async function checkOptimized(
  { direct, final }: Conversion,
  runtime: WebAssembly.Module,
  { patches, onProgress }: ImportOptions,
): Promise<NetworkComparison | undefined> {
  if (final === direct) return undefined;
  const comparison = await compareNetworks(direct, final, runtime, {
    folder: patches,
    onProgress,
  });
  if (!(comparison.maxDifference <= MAX_DIFFERENCE)) {
    throw new Problem(
      "conversion_inexact",
      `The optimized graph differs from the direct conversion by ${comparison.maxDifference}; ` +
        `at most ${MAX_DIFFERENCE} is allowed. Import the file with --no-optimize, and please report ` +
        "this as a bug.",
    );
  }
  return comparison;
}

function describeLayers({ layers, parameters, kerasVersion }: LayerGraph): string {
  return `${layers.length} layers, ${parameters.toLocaleString("en")} parameters ` +
    `(Keras ${kerasVersion})`;
}

function describeInput(mode: PreprocessingMode): string {
  return mode === "tf"
    ? "RGB from -1 to 1 (use --preprocessing caffe for a network pretrained on ImageNet)"
    : "BGR minus ImageNet's means (use --preprocessing tf for a network trained from scratch)";
}

/** Describes the numbers of nodes and multiply-adds before and after all passes, and the changes by each. */
function describeSteps({ direct, steps, final }: Conversion): string {
  const millions = (graph: Graph) => (multiplyAdds(graph) / 1e6).toFixed(2);
  const before = direct.graph;
  if (final === direct) return `${before.nodes.length} nodes, as in Keras`;
  const lines = steps.map(({ title, graph }, i) => {
    const changes = describeChanges(steps[i - 1]?.graph ?? before, graph);
    return `\n            ${title.padEnd(28)}${changes}`;
  });
  return `${before.nodes.length} -> ${final.graph.nodes.length} nodes, ` +
    `${millions(before)} -> ${millions(final.graph)} million multiply-adds${lines.join("")}`;
}

function describeComparison(comparison: NetworkComparison | undefined): string {
  if (comparison === undefined) return "none: this is the direct conversion";
  const { maxDifference, syntheticCount, realCount } = comparison;
  return `max |difference| to the direct conversion on ${syntheticCount.toLocaleString("en")} ` +
    `synthetic${realCount > 0 ? ` and ${realCount.toLocaleString("en")} real` : ""} patches: ` +
    maxDifference.toExponential(0);
}
