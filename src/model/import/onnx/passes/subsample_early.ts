import { type Graph, isOnlyReader, type Node, producer, tidy } from "../graph.ts";
import { isSubsample, subsample, subsampledName } from "../subsample.ts";
import { isDense, isPointwise, windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Computes only the places that are read. A 1 x 1 convolution with stride 2 reads every fourth place of
 * its input; what comes before it, up to the last convolution with a larger kernel, need not compute the
 * other three.
 *
 * Each such stride becomes a node of its own that picks places ({@linkcode subsample}); these nodes move
 * towards the input as long as nothing else reads the places that they drop.
 */
export const subsampleEarly: Pass = {
  title: "compute only what is read",
  apply(graph) {
    let current: Graph | undefined = exposeStrides(graph);
    let last = graph;
    while (current !== undefined) {
      last = current;
      current = moveOne(current);
    }
    return last;
  },
};

/** Operators that treat every place alike, whatever its neighbors are. */
const placewise = new Set(["Relu", "Sigmoid", "Add", "BatchNormalization"]);

/** Takes the stride out of each 1 x 1 convolution, but for one that reads the image. */
function exposeStrides(graph: Graph): Graph | undefined {
  const strided = graph.nodes.filter((node) =>
    isPointwise(node) && !isDense(node) && node.inputs[0] !== graph.input.name
  );
  if (strided.length === 0) return undefined;
  const nodes = graph.nodes.flatMap((node) => {
    const [source, ...weights] = node.inputs;
    if (!strided.includes(node) || source === undefined) return [node];
    const window = windowOf(node);
    const fewer = subsample(source, window.strides);
    const attributes = windowAttributes({ ...window, strides: [1, 1] });
    return [fewer, { ...node, inputs: [fewer.output, ...weights], attributes }];
  });
  return withoutRepeats({ ...graph, nodes });
}

/** Moves one picking node past the node before it. */
function moveOne(graph: Graph): Graph | undefined {
  for (const pick of graph.nodes.filter(isSubsample)) {
    const before = producer(graph, pick.inputs[0]);
    if (before === undefined || !isOnlyReader(graph, before.output, pick)) continue;
    const { strides } = windowOf(pick);
    const isOperand = (name: string) => !graph.constants.has(name);
    let added: Node[];
    if (placewise.has(before.op) || (isPointwise(before) && isDense(before))) {
      const inputs = before.inputs.map((name) =>
        isOperand(name) ? subsampledName(name, strides) : name
      );
      const picks = before.inputs.filter(isOperand).map((name) => subsample(name, strides));
      added = [...picks, { ...before, inputs, output: pick.output }];
    } else if (before.op === "Conv") {
      const window = windowOf(before);
      const both = [window.strides[0] * strides[0], window.strides[1] * strides[1]] as const;
      const attributes = windowAttributes({ ...window, strides: both });
      added = [{ ...before, output: pick.output, attributes }];
    } else continue;
    const nodes = graph.nodes.filter((node) => node !== before)
      .flatMap((node) => node === pick ? added : [node]);
    return withoutRepeats({ ...graph, nodes });
  }
  return undefined;
}

/** Nodes that pick the same places of the same tensor have the same name; one of them stays. */
function withoutRepeats(graph: Graph): Graph {
  return tidy({
    ...graph,
    nodes: [...new Map(graph.nodes.map((node) => [node.output, node])).values()],
  });
}
