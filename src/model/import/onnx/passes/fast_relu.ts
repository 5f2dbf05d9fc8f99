import { edit, floats, type Graph, type Node, producer, readers } from "../graph.ts";
import type { Pass } from "./pass.ts";

const zero = "zero";

/**
 * Writes `Max(x, 0)` for a `Relu` that the runtime cannot fuse into the convolution before it: in the WASM
 * build a standalone `Relu` is scalar code, `Max` is vectorised.
 */
export const fastRelu: Pass = {
  title: "Max for standalone Relu",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    for (const relu of graph.nodes.filter((node) => node.op === "Relu" && !isFused(graph, node))) {
      replace.set(relu.output, [{ ...relu, op: "Max", inputs: [...relu.inputs, zero] }]);
    }
    return replace.size === 0
      ? graph
      : edit(graph, { replace, constants: new Map([[zero, floats([], [0])]]) });
  },
};

/** The runtime fuses a `Relu` that alone reads a convolution. */
function isFused(graph: Graph, relu: Node): boolean {
  const before = producer(graph, relu.inputs[0]);
  return before?.op === "Conv" && readers(graph, before.output).length === 1;
}
