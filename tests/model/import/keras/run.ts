import { preprocessings } from "../../../../src/model/import/keras/preprocessing.ts";
import { compileRuntime } from "../../../../src/inference/runtime.ts";
import { networkOf } from "../../../../src/model/import/conversion.ts";
import { probabilities } from "../../../../src/model/import/agreement.ts";
import { syntheticPatches } from "../../../../src/patch/synthetic_patches.ts";
import type { Graph } from "../../../../src/model/import/onnx/graph.ts";
import { calibrate, evaluate } from "./direct_evaluation.ts";
import type { TestNetwork } from "./network.ts";

const runtime = await compileRuntime();

/** What the ONNX runtime gives for a graph on `count` made-up patches. */
export async function runGraph(graph: Graph, count: number): Promise<number[]> {
  const network = networkOf(graph, preprocessings.tf);
  const { width, height } = network.input;
  return [...await probabilities(network, runtime, syntheticPatches(count, width, height))];
}

/** The probabilities that the direct evaluation gives for a network on the same patches. */
export function runDirectly(network: TestNetwork, count: number): number[] {
  const endsInSigmoid = network.layers.at(-1)?.options["activation"] === "sigmoid";
  return inputs(network, count).map((input) => {
    const answer = evaluate(network, input);
    return endsInSigmoid ? answer : 1 / (1 + Math.exp(-answer));
  });
}

/** The network with answers that spread over the probabilities; see {@linkcode calibrate}. */
export function calibrated(network: TestNetwork, count: number): TestNetwork {
  calibrate(network, inputs(network, count));
  return network;
}

/** Made-up patches as the network's input, -1 to 1. */
function inputs(network: TestNetwork, count: number): Float64Array[] {
  const [height = 0, width = 0] = network.shapeOf("input_1");
  const { data } = syntheticPatches(count, width, height);
  const size = width * height * 3;
  return Array.from({ length: count }, (_, n) => {
    const patch = data.subarray(n * size, (n + 1) * size);
    return Float64Array.from(patch, (value) => (value / 255 - 0.5) * 2);
  });
}

/** The largest absolute difference of two lists of the same length. */
export function farthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return NaN;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
}
