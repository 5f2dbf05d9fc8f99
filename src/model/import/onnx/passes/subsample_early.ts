import { type Graph, isOnlyReader, type Node, producer, removeUnused } from "../graph.ts";
import { isSubsample, subsample, subsampledName } from "../subsample.ts";
import { hasStrideOne, isPointwise, windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Subsamples as early as possible. A 1 x 1 convolution with stride 2 reads one of four positions of
 * its input. The nodes before it need not compute the other three, back to the last convolution
 * with a larger kernel.
 *
 * The pass turns each such stride into a separate node ({@linkcode subsample}). It then moves these
 * nodes towards the input, past every node that has no other reader.
 */
export const subsampleEarly: Pass = {
  title: "subsample early",
  apply(graph) {
    let current: Graph | undefined = exposeStrides(graph);
    let last = graph;
    while (current !== undefined) {
      last = current;
      current = moveOneSubsampling(current);
    }
    return last;
  },
};

/** Operators whose output at a position depends only on the inputs at that position. */
const ELEMENTWISE_OPS = new Set(["Relu", "Sigmoid", "Add", "BatchNormalization"]);

/**
 * Moves the stride of each 1 x 1 convolution into a separate node. Convolutions that read the graph's
 * input are left alone. Returns undefined if there is nothing to move.
 */
function exposeStrides(graph: Graph): Graph | undefined {
  const strided = graph.nodes.filter((node) =>
    isPointwise(node) && !hasStrideOne(node) && node.inputs[0] !== graph.input.name
  );
  if (strided.length === 0) return undefined;
  const nodes = graph.nodes.flatMap((node) => {
    const [source, ...weights] = node.inputs;
    if (!strided.includes(node) || source === undefined) return [node];
    const window = windowOf(node);
    const subsampling = subsample(source, window.strides);
    const attributes = windowAttributes({ ...window, strides: [1, 1] });
    return [subsampling, { ...node, inputs: [subsampling.output, ...weights], attributes }];
  });
  return removeDuplicates({ ...graph, nodes });
}

/** Moves one subsampling node past the node before it. Returns undefined if none can be moved. */
function moveOneSubsampling(graph: Graph): Graph | undefined {
  for (const subsampling of graph.nodes.filter(isSubsample)) {
    const before = producer(graph, subsampling.inputs[0]);
    if (before === undefined || !isOnlyReader(graph, before.output, subsampling)) continue;
    const { strides } = windowOf(subsampling);
    const isOperand = (name: string) => !graph.constants.has(name);
    let added: Node[];
    if (ELEMENTWISE_OPS.has(before.op) || (isPointwise(before) && hasStrideOne(before))) {
      const inputs = before.inputs.map((name) =>
        isOperand(name) ? subsampledName(name, strides) : name
      );
      const subsampled = before.inputs.filter(isOperand).map((name) => subsample(name, strides));
      added = [...subsampled, { ...before, inputs, output: subsampling.output }];
    } else if (before.op === "Conv") {
      const window = windowOf(before);
      const product = [window.strides[0] * strides[0], window.strides[1] * strides[1]] as const;
      const attributes = windowAttributes({ ...window, strides: product });
      added = [{ ...before, output: subsampling.output, attributes }];
    } else continue;
    const nodes = graph.nodes.filter((node) => node !== before)
      .flatMap((node) => node === subsampling ? added : [node]);
    return removeDuplicates({ ...graph, nodes });
  }
  return undefined;
}

/** Removes duplicate subsampling nodes: equal ones have the same name. */
function removeDuplicates(graph: Graph): Graph {
  return removeUnused({
    ...graph,
    nodes: [...new Map(graph.nodes.map((node) => [node.output, node])).values()],
  });
}
