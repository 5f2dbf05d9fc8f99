import type { Pass } from "./pass.ts";
import { shapesOf } from "../shapes.ts";
import { windowOf } from "../window.ts";

/**
 * Replaces an `AveragePool` over the whole image by `GlobalAveragePool`. In the WASM build, only
 * the latter is vectorized.
 */
export const globalAverage: Pass = {
  title: "global average",
  apply(graph) {
    const shapes = shapesOf(graph);
    const nodes = graph.nodes.map((node) => {
      if (node.op !== "AveragePool") return node;
      const [, ...size] = shapes.get(node.inputs[0] ?? "") ?? [];
      const { kernel, pads } = windowOf(node);
      const isWhole = kernel.join() === size.join() && pads.every((pad) => pad === 0);
      return isWhole ? { ...node, op: "GlobalAveragePool", attributes: {} } : node;
    });
    return nodes.every((node, i) => node === graph.nodes[i]) ? graph : { ...graph, nodes };
  },
};
