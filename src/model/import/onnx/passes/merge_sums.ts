import {
  type Constant,
  edit,
  floats,
  floatsOf,
  isOnlyReader,
  type Node,
  producer,
} from "../graph.ts";
import { concatenateColumns } from "../matrix.ts";
import { channelsOf, hasStrideOne, isPointwise } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Merges the sum of two 1 x 1 convolutions into one convolution: `A a + B b = [A B] [a; b]`. The
 * concatenation copies both inputs, but the two outputs need not be written and read any more. In a
 * residual block with a bottleneck, the inputs have fewer channels than the outputs.
 */
export const mergeSums: Pass = {
  title: "merge sums of convolutions",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    const constants = new Map<string, Constant>();
    for (const add of graph.nodes.filter((node) => node.op === "Add")) {
      const [left, right] = add.inputs.map((name) => producer(graph, name));
      if (
        !isPointwise(left) || !isPointwise(right) || !hasStrideOne(left) || !hasStrideOne(right)
      ) continue;
      if (![left, right].every((conv) => isOnlyReader(graph, conv.output, add))) continue;
      const [a = "", aKernel, aBias] = left.inputs;
      const [b = "", bKernel, bBias] = right.inputs;
      const { output } = add;
      const [kernel, bias, both] = [`${output}/kernel`, `${output}/bias`, `${output}/inputs`];
      const rows = channelsOf(graph, left).outputs;
      const other = floatsOf(graph, bBias);
      constants.set(
        kernel,
        concatenateColumns(rows, floatsOf(graph, aKernel), floatsOf(graph, bKernel)),
      );
      constants.set(
        bias,
        floats([rows], floatsOf(graph, aBias).map((value, i) => value + (other[i] ?? NaN))),
      );
      replace.set(output, [
        { op: "Concat", inputs: [a, b], output: both, attributes: { axis: 1 } },
        { ...left, inputs: [both, kernel, bias], output },
      ]);
    }
    return replace.size === 0 ? graph : edit(graph, { replace, constants });
  },
};
