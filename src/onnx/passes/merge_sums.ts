import { type Constant, edit, floats, floatsOf, isOnlyReader, type Node, producer } from "../graph.ts";
import { channelsOf, isDense, isPointwise } from "../window.ts";
import type { Pass } from "./pass.ts";

/**
 * Makes one convolution of two that are added: `A a + B b = [A B] [a; b]`. The concatenation copies
 * inputs, which in a bottleneck are much narrower than the two results that need not be written and read.
 */
export const mergeSums: Pass = {
  title: "merge sums of convolutions",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    const constants = new Map<string, Constant>();
    for (const add of graph.nodes.filter((node) => node.op === "Add")) {
      const [left, right] = add.inputs.map((name) => producer(graph, name));
      if (!isPointwise(left) || !isPointwise(right) || !isDense(left) || !isDense(right)) continue;
      if (![left, right].every((conv) => isOnlyReader(graph, conv.output, add))) continue;
      const [a = "", b = ""] = [left.inputs[0], right.inputs[0]];
      const { output } = add;
      const rows = channelsOf(graph, left).outputs;
      const [kernel, bias, both] = [`${output}/kernel`, `${output}/bias`, `${output}/inputs`];
      constants.set(
        kernel,
        sideBySide(rows, floatsOf(graph, left.inputs[1]), floatsOf(graph, right.inputs[1])),
      );
      const other = floatsOf(graph, right.inputs[2]);
      constants.set(
        bias,
        floats([rows], floatsOf(graph, left.inputs[2]).map((value, i) => value + (other[i] ?? NaN))),
      );
      replace.set(output, [
        { op: "Concat", inputs: [a, b], output: both, attributes: { axis: 1 } },
        { ...left, inputs: [both, kernel, bias], output },
      ]);
    }
    return replace.size === 0 ? graph : edit(graph, { replace, constants });
  },
};

/** The 1 x 1 kernel `[A B]` of two with `rows` output channels each. */
export function sideBySide(rows: number, ...parts: readonly Float64Array[]): Constant {
  const widths = parts.map((part) => part.length / rows);
  const columns = widths.reduce((sum, width) => sum + width, 0);
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let at = row * columns;
    for (const [i, part] of parts.entries()) {
      const width = widths[i] ?? 0;
      data.set(part.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  }
  return floats([rows, columns, 1, 1], data);
}
