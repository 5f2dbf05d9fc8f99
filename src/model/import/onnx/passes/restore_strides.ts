import { type Graph, type Node, producer, readers, removeUnused } from "../graph.ts";
import { isSubsample } from "../subsample.ts";
import { hasStrideOne, isPointwise, windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/** Folds a subsampling node into the stride of the 1 x 1 convolution that is its only reader. */
export const restoreStrides: Pass = {
  title: "restore strides",
  apply(graph) {
    const nodes = graph.nodes.map((node) => {
      const subsampling = findSubsampling(graph, node);
      const [source] = subsampling?.inputs ?? [];
      if (subsampling === undefined || source === undefined) return node;
      const window = { ...windowOf(node), strides: windowOf(subsampling).strides };
      const inputs = [source, ...node.inputs.slice(1)];
      return { ...node, inputs, attributes: windowAttributes(window) };
    });
    return nodes.every((node, i) => node === graph.nodes[i])
      ? graph
      : removeUnused({ ...graph, nodes });
  },
};

/** Returns the subsampling node before a 1 x 1 convolution, if nothing else reads it. */
function findSubsampling(graph: Graph, conv: Node): Node | undefined {
  if (!isPointwise(conv) || !hasStrideOne(conv)) return undefined;
  const before = producer(graph, conv.inputs[0]);
  return isSubsample(before) && readers(graph, before.output).length === 1 ? before : undefined;
}
