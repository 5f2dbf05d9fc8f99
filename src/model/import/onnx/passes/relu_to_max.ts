import { edit, floats, type Graph, type Node, producer, readers } from "../graph.ts";
import type { Pass } from "./pass.ts";

/** Name of the constant 0. */
const ZERO = "zero";

/**
 * Replaces `Relu(x)` by `Max(x, 0)` where the runtime cannot fuse the `Relu` into a convolution. In
 * the WASM build, a standalone `Relu` is scalar code and `Max` is vectorized.
 */
export const reluToMax: Pass = {
  title: "Max for standalone Relu",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    for (const relu of graph.nodes.filter((node) => node.op === "Relu" && !isFused(graph, node))) {
      replace.set(relu.output, [{ ...relu, op: "Max", inputs: [...relu.inputs, ZERO] }]);
    }
    return replace.size === 0
      ? graph
      : edit(graph, { replace, constants: new Map([[ZERO, floats([], [0])]]) });
  },
};

/** Reports whether the runtime fuses the `Relu`: the `Relu` must be the only reader of a convolution. */
function isFused(graph: Graph, relu: Node): boolean {
  const before = producer(graph, relu.inputs[0]);
  return before?.op === "Conv" && readers(graph, before.output).length === 1;
}
