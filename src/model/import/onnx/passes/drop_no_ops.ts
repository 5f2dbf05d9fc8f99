import { type Graph, type Node, producer, redirect } from "../graph.ts";
import type { Pass } from "./pass.ts";

/**
 * Removes nodes without effect: `Identity` (from dropout), `Pad` with zero width, `Relu` after
 * `Relu`.
 */
export const dropNoOps: Pass = {
  title: "drop no-ops",
  apply(graph) {
    const noOp = graph.nodes.find((node) => isNoOp(graph, node));
    const [source] = noOp?.inputs ?? [];
    if (noOp === undefined || source === undefined) return graph;
    return this.apply(redirect(graph, noOp.output, source));
  },
};

function isNoOp(graph: Graph, node: Node): boolean {
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
