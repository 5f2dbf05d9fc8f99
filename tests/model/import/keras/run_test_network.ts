import { PREPROCESSINGS } from "../../../../src/model/import/keras/preprocessing.ts";
import { compileRuntime } from "../../../../src/inference/runtime.ts";
import { writeNetwork } from "../../../../src/model/import/conversion.ts";
import { runNetwork } from "../../../../src/model/import/compare_networks.ts";
import { syntheticPatches } from "../../../../src/patch/synthetic_patches.ts";
import type { Graph } from "../../../../src/model/import/onnx/graph.ts";
import { calibrate, evaluate } from "./reference_evaluation.ts";
import type { TestNetwork } from "./test_network.ts";

const runtime = await compileRuntime();

/** Runs a graph in the ONNX runtime over `count` synthetic patches. Returns probabilities. */
export async function runGraph(graph: Graph, count: number): Promise<number[]> {
  const network = writeNetwork(graph, PREPROCESSINGS.tf);
  const { width, height } = network.input;
  return [...await runNetwork(network, runtime, syntheticPatches(count, width, height))];
}

/** Evaluates a network over the same patches with {@linkcode evaluate}. Returns probabilities. */
export function runReference(network: TestNetwork, count: number): number[] {
  const endsInSigmoid = network.layers.at(-1)?.options["activation"] === "sigmoid";
  return inputs(network, count).map((input) => {
    const output = evaluate(network, input);
    return endsInSigmoid ? output : 1 / (1 + Math.exp(-output));
  });
}

/** Applies {@linkcode calibrate} for `count` synthetic patches, and returns the network. */
export function calibrated(network: TestNetwork, count: number): TestNetwork {
  calibrate(network, inputs(network, count));
  return network;
}

/** Returns synthetic patches as the network's input, scaled to -1 to 1. */
function inputs(network: TestNetwork, count: number): Float64Array[] {
  const [height = 0, width = 0] = network.shapeOf("input_1");
  const { data } = syntheticPatches(count, width, height);
  const size = width * height * 3;
  return Array.from({ length: count }, (_, n) => {
    const patch = data.subarray(n * size, (n + 1) * size);
    return Float64Array.from(patch, (value) => (value / 255 - 0.5) * 2);
  });
}

/** Returns the largest absolute difference of two lists; NaN if their lengths differ. */
export function maxDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return NaN;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
}
