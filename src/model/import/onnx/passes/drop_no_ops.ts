import { type Graph, type Node, producer, redirect } from "../graph.ts";
import type { Pass } from "./pass.ts";

/** Removes nodes that hand on what they read: `Identity` (dropout), padding by nothing, `Relu` of `Relu`. */
export const dropNoOps: Pass = {
  title: "drop no-ops",
  apply(graph) {
    const idle = graph.nodes.find((node) => isIdle(graph, node));
    const [source] = idle?.inputs ?? [];
    if (idle === undefined || source === undefined) return graph;
    return this.apply(redirect(graph, idle.output, source));
  },
};

function isIdle(graph: Graph, node: Node): boolean {
  switch (node.op) {
    case "Identity":
      return true;
    case "Relu":
      return producer(graph, node.inputs[0])?.op === "Relu";
    case "Pad":
      return graph.constants.get(node.inputs[1] ?? "")?.data.every((pad) => pad === 0n) ?? false;
    default:
      return false;
  }
}
