import { type Graph, type Node, redirect } from "../graph.ts";
import type { Pass } from "./pass.ts";

/** Removes nodes that hand on what they read: `Identity` (dropout), padding by nothing, `Relu` of `Relu`. */
export const dropNoOps: Pass = {
  title: "drop no-ops",
  apply(graph) {
    const idle = graph.nodes.find((node) => isIdle(graph, node));
    const [source] = idle?.inputs ?? [];
    if (idle === undefined || source === undefined) return graph;
    if (idle.output !== graph.output) return this.apply(redirect(graph, idle.output, source));
    // The graph's output keeps its name: the node before takes it over.
    const nodes = graph.nodes.filter((node) => node !== idle)
      .map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => name === source ? idle.output : name),
        output: node.output === source ? idle.output : node.output,
      }));
    return this.apply({ ...graph, nodes });
  },
};

function isIdle(graph: Graph, node: Node): boolean {
  const before = graph.nodes.find((other) => other.output === node.inputs[0]);
  switch (node.op) {
    case "Identity":
      return before !== undefined || node.output !== graph.output;
    case "Relu":
      return before?.op === "Relu";
    case "Pad":
      return graph.constants.get(node.inputs[1] ?? "")?.data.every((pad) => pad === 0n) ?? false;
    default:
      return false;
  }
}
