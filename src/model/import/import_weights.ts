import { Problem } from "../../errors.ts";
import { compileRuntime } from "../../inference/runtime.ts";
import { readKerasFile } from "./keras/hdf5.ts";
import type { LayerGraph } from "./keras/layers.ts";
import {
  likelyPreprocessing,
  type PreprocessingMode,
  preprocessings,
} from "./keras/preprocessing.ts";
import { readLayers } from "./keras/read_layers.ts";
import { changesBetween } from "./onnx/changes.ts";
import type { Graph } from "./onnx/graph.ts";
import { multiplyAdds } from "./onnx/shapes.ts";
import { type Agreement, compareNetworks, probabilities } from "./agreement.ts";
import { type Conversion, convert } from "./conversion.ts";
import { ibmFacts, ownFacts } from "./ibm.ts";
import { importedBundle } from "./imported_bundle.ts";
import { selfTestPatch } from "./self_test_patch.ts";
import { sha512Of, verifyWeights, type WeightsFile } from "./weights_file.ts";
import { writeFolder } from "./write_folder.ts";

/**
 * The largest difference in probability to the straight conversion that the passes may make. The straight
 * conversion of IBM's network itself is 2e-6 from an evaluation in double precision.
 */
const accepted = 1e-5;

/** What is done besides the conversion itself. */
export interface ImportOptions {
  /** Where the bundle goes; by default `models/` and a name. */
  readonly folder?: string | undefined;
  /** Take files that IBM did not publish. */
  readonly allowUnverified: boolean;
  /** Apply the passes. */
  readonly isOptimized: boolean;
  /** By default the likely one. */
  readonly preprocessing?: PreprocessingMode | undefined;
  /** A folder of PNG patches to check the agreement on, beside made-up ones. */
  readonly patches?: string | undefined;
  /** Is told what was done, step by step. */
  say(step: "read" | "verify" | "input" | "graph" | "check" | "wrote", what: string): void;
  /** Is told how many of the patches of the check are done. */
  onProgress?(done: number, total: number): void;
}

/**
 * Makes a bundle of a Keras file: reads it, verifies its checksum, converts it, checks the agreement of
 * the optimized graph with the straight conversion, and writes the bundle whole or not at all.
 *
 * @throws {Problem} `weights_unreadable`, `weights_unverified`, `weights_unsupported`,
 * `conversion_inexact`, `file_unreadable` or `file_unwritable`; nothing is written then.
 */
export async function importWeights(file: WeightsFile, options: ImportOptions): Promise<void> {
  const { say } = options;
  const layers = readLayers(await readKerasFile(file.bytes, file.name));
  say("read", describeLayers(layers));
  const isPublished = await verifyWeights(file, options.allowUnverified);
  say(
    "verify",
    isPublished
      ? "SHA-512 matches IBM's published model"
      : "not IBM's published model; taken as it is",
  );
  const mode = options.preprocessing ?? likelyPreprocessing(layers);
  if (!isPublished) say("input", describeInput(mode));

  const stem = file.name.replace(/\.(hdf5|h5)$/i, "");
  const facts = isPublished ? ibmFacts : ownFacts(stem);
  const sha512 = await sha512Of(file.bytes);
  const conversion = convert(layers, preprocessings[mode], {
    source: facts.source,
    "keras file": file.name,
    "keras file SHA-512": sha512,
  }, options);
  say("graph", describeSteps(conversion));

  const runtime = await compileRuntime();
  const agreement = describeAgreement(await agreementOf(conversion, runtime, options));
  say("check", agreement);

  const { width, height } = conversion.straight.input;
  const patch = selfTestPatch(width, height);
  // The straight conversion's answer, so that the self-test tests the passes as well.
  const [probability = NaN] = await probabilities(conversion.straight, runtime, {
    ...patch.image,
    count: 1,
  });
  const folder = options.folder ?? `models/${isPublished ? "ibm-max" : stem}`;
  const bundle = await importedBundle({
    facts,
    network: conversion.final,
    selfTest: { ...patch, probability },
    file: { name: file.name, sha512 },
    kerasVersion: layers.kerasVersion,
    parameters: layers.parameters,
    passes: conversion.steps.map(({ title }) => title),
    agreement,
  });
  await writeFolder(folder, bundle);
  say("wrote", `${folder}/ (${[...bundle.keys()].join(", ")})`);
}

async function agreementOf(
  { straight, final }: Conversion,
  runtime: WebAssembly.Module,
  { patches, onProgress }: ImportOptions,
): Promise<Agreement | undefined> {
  if (final === straight) return undefined;
  const agreement = await compareNetworks(straight, final, runtime, {
    folder: patches,
    onProgress,
  });
  if (!(agreement.difference <= accepted)) {
    throw new Problem(
      "conversion_inexact",
      `The optimized graph differs from the straight conversion by ${agreement.difference}; ` +
        `accepted is ${accepted}. Import it with --no-optimize, and please report it.`,
    );
  }
  return agreement;
}

function describeLayers({ layers, parameters, kerasVersion }: LayerGraph): string {
  return `${layers.length} layers, ${parameters.toLocaleString("en")} parameters ` +
    `(Keras ${kerasVersion})`;
}

function describeInput(mode: PreprocessingMode): string {
  return mode === "tf"
    ? "RGB from -1 to 1 (--preprocessing caffe for a network that began with ImageNet's weights)"
    : "BGR less ImageNet's means (--preprocessing tf for a network trained from scratch)";
}

/** Nodes and multiply-adds before and after, and what each pass did. */
function describeSteps({ straight, steps, final }: Conversion): string {
  const millions = (graph: Graph) => (multiplyAdds(graph) / 1e6).toFixed(2);
  const before = straight.graph;
  if (final === straight) return `${before.nodes.length} nodes, as in Keras`;
  const lines = steps.map(({ title, graph }, i) => {
    const changes = changesBetween(steps[i - 1]?.graph ?? before, graph);
    return `\n            ${title.padEnd(28)}${changes}`;
  });
  return `${before.nodes.length} -> ${final.graph.nodes.length} nodes, ` +
    `${millions(before)} -> ${millions(final.graph)} million multiply-adds${lines.join("")}`;
}

function describeAgreement(agreement: Agreement | undefined): string {
  if (agreement === undefined) return "not needed, this is the straight conversion";
  const { difference, madeUp, real } = agreement;
  return `max |difference| to the straight conversion on ${madeUp.toLocaleString("en")} made-up` +
    `${real > 0 ? ` and ${real.toLocaleString("en")} real` : ""} patches: ` +
    difference.toExponential(0);
}
