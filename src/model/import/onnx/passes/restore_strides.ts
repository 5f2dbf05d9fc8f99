import { type Graph, type Node, producer, readers, tidy } from "../graph.ts";
import { isSubsample } from "../subsample.ts";
import { isDense, isPointwise, windowAttributes, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/** Gives a stride back to the 1 x 1 convolution that alone reads the places that a node picks. */
export const restoreStrides: Pass = {
  title: "strides back into convolutions",
  apply(graph) {
    const nodes = graph.nodes.map((node) => {
      const pick = onlyPick(graph, node);
      const [source] = pick?.inputs ?? [];
      if (pick === undefined || source === undefined) return node;
      const window = { ...windowOf(node), strides: windowOf(pick).strides };
      const inputs = [source, ...node.inputs.slice(1)];
      return { ...node, inputs, attributes: windowAttributes(window) };
    });
    return nodes.every((node, i) => node === graph.nodes[i]) ? graph : tidy({ ...graph, nodes });
  },
};

function onlyPick(graph: Graph, conv: Node): Node | undefined {
  if (!isPointwise(conv) || !isDense(conv)) return undefined;
  const pick = producer(graph, conv.inputs[0]);
  return isSubsample(pick) && readers(graph, pick.output).length === 1 ? pick : undefined;
}
