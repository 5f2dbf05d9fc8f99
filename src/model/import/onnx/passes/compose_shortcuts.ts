import { edit, floats, floatsOf, freshName, type Graph, type Node, producer } from "../graph.ts";
import { columnsOf, concatenateColumns, multiply } from "../matrix.ts";
import { isSubsample, subsample } from "../subsample.ts";
import { channelsOf, hasStrideOne, isPointwise, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/** Maximum number of input channels of a shortcut, relative to its number of output channels. */
const MAX_INPUTS_PER_OUTPUT = 1.25;

/**
 * Composes linear shortcuts: two 1 x 1 convolutions in a row equal one whose matrix is the product
 * of both.
 *
 * In a chain of residual blocks, `mergeSums` has turned each sum into a convolution of `[a; b]`. `a` is
 * the bottleneck, and `b` is the previous sum. This pass makes the convolution read the inputs of the
 * previous sum instead. Then only a batch norm reads the previous sum, so that the batch norm can be
 * folded and its `Relu` fused.
 */
export const composeShortcuts: Pass = {
  title: "compose linear shortcuts",
  apply(graph) {
    for (const conv of graph.nodes) {
      const concat = producer(graph, conv.inputs[0]);
      if (!isPointwise(conv) || concat?.op !== "Concat" || concat.inputs.length !== 2) continue;
      const [left = "", right = ""] = concat.inputs;
      const shortcut = findLinearShortcut(graph, right);
      if (shortcut !== undefined) return this.apply(compose(graph, conv, left, shortcut));
    }
    return graph;
  },
};

/** A 1 x 1 convolution, and the node that subsamples its output, if there is one. */
interface LinearShortcut {
  readonly inner: Node;
  readonly subsampling: Node | undefined;
}

/**
 * Finds the 1 x 1 convolution that computes `tensor`. Returns undefined if there is none, or if its input
 * is so wide that reading this input instead of `tensor` costs more.
 */
function findLinearShortcut(graph: Graph, tensor: string): LinearShortcut | undefined {
  const last = producer(graph, tensor);
  const subsampling = isSubsample(last) ? last : undefined;
  const inner = subsampling === undefined ? last : producer(graph, subsampling.inputs[0]);
  if (!isPointwise(inner) || !hasStrideOne(inner)) return undefined;
  const { inputs, outputs } = channelsOf(graph, inner);
  return inputs <= MAX_INPUTS_PER_OUTPUT * outputs ? { inner, subsampling } : undefined;
}

/** Replaces the outer convolution: `A a + B (C c + d)` becomes `[A BC] [a; c] + B d`. */
function compose(
  graph: Graph,
  outer: Node,
  a: string,
  { inner, subsampling }: LinearShortcut,
): Graph {
  const [, outerKernel, outerBias] = outer.inputs;
  const [source = "", innerKernel, innerBias] = inner.inputs;
  const { outputs: rows, inputs: columns } = channelsOf(graph, outer);
  const innerOutputs = channelsOf(graph, inner).outputs;
  const matrix = floatsOf(graph, outerKernel);
  const shortcutMatrix = columnsOf(matrix, rows, columns - innerOutputs, columns);
  const shift = multiply(shortcutMatrix, floatsOf(graph, innerBias), rows, innerOutputs);

  const subsampled = subsampling && subsample(source, windowOf(subsampling).strides);
  const input = subsampled?.output ?? source;
  const isNew = subsampled !== undefined && producer(graph, input) === undefined;
  const name = (role: string) => freshName(graph, `${outer.output}/${role}`);
  const [both, kernel, bias] = [name("inputs"), name("kernel"), name("bias")];
  return edit(graph, {
    replace: new Map([[outer.output, [
      ...(isNew ? [subsampled] : []),
      { op: "Concat", inputs: [a, input], output: both, attributes: { axis: 1 } },
      { ...outer, inputs: [both, kernel, bias] },
    ]]]),
    constants: new Map([
      [
        kernel,
        concatenateColumns(
          rows,
          columnsOf(matrix, rows, 0, columns - innerOutputs),
          multiply(shortcutMatrix, floatsOf(graph, innerKernel), rows, innerOutputs),
        ),
      ],
      [
        bias,
        floats([rows], floatsOf(graph, outerBias).map((value, i) => value + (shift[i] ?? NaN))),
      ],
    ]),
  });
}
