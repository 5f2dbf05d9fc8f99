import { edit, floats, floatsOf, freshName, type Graph, type Node, producer } from "../graph.ts";
import { columnsOf, product, sideBySide } from "../matrix.ts";
import { isSubsample, subsample } from "../subsample.ts";
import { channelsOf, isDense, isPointwise, windowOf } from "../window.ts";
import type { Pass } from "./pass.ts";

/** How much wider what is read instead may be than the tensor that it stands for. */
const widest = 1.25;

/**
 * Reads through linear shortcuts: a 1 x 1 convolution of a 1 x 1 convolution is one, with the product of
 * both matrices. Along a chain of residual blocks whose shortcuts are convolutions, every block then reads
 * the bottlenecks before it (the `[a; b]` of `mergeSums`), and nothing but its batch norm reads the wide
 * sum between two blocks, so that the batch norm can be folded and the `Relu` fused.
 */
export const composeShortcuts: Pass = {
  title: "compose linear shortcuts",
  apply(graph) {
    for (const conv of graph.nodes) {
      const concat = producer(graph, conv.inputs[0]);
      if (!isPointwise(conv) || concat?.op !== "Concat" || concat.inputs.length !== 2) continue;
      const [left = "", right = ""] = concat.inputs;
      const ends = linearEnds(graph, right);
      if (ends !== undefined) return this.apply(compose(graph, conv, left, ends));
    }
    return graph;
  },
};

/** A 1 x 1 convolution, and the node that picks places of its result, if any. */
interface LinearEnds {
  readonly inner: Node;
  readonly pick: Node | undefined;
}

/** The 1 x 1 convolution whose result `tensor` is, where reading its input instead is worth it. */
function linearEnds(graph: Graph, tensor: string): LinearEnds | undefined {
  const made = producer(graph, tensor);
  const pick = isSubsample(made) ? made : undefined;
  const inner = pick === undefined ? made : producer(graph, pick.inputs[0]);
  if (!isPointwise(inner) || !isDense(inner)) return undefined;
  const { inputs, outputs } = channelsOf(graph, inner);
  return inputs <= widest * outputs ? { inner, pick } : undefined;
}

/** `A a + B (C c + d)` becomes `[A BC] [a; c] + B d`. */
function compose(graph: Graph, outer: Node, a: string, { inner, pick }: LinearEnds): Graph {
  const [, outerKernel, outerBias] = outer.inputs;
  const [source = "", innerKernel, innerBias] = inner.inputs;
  const { outputs: rows, inputs: columns } = channelsOf(graph, outer);
  const wide = channelsOf(graph, inner).outputs;
  const matrix = floatsOf(graph, outerKernel);
  const through = columnsOf(matrix, rows, columns - wide, columns);
  const shift = product(through, floatsOf(graph, innerBias), rows, wide);

  const picked = pick && subsample(source, windowOf(pick).strides);
  const read = picked?.output ?? source;
  const isNew = picked !== undefined && producer(graph, read) === undefined;
  const name = (role: string) => freshName(graph, `${outer.output}/${role}`);
  const [both, kernel, bias] = [name("inputs"), name("kernel"), name("bias")];
  return edit(graph, {
    replace: new Map([[outer.output, [
      ...(isNew ? [picked] : []),
      { op: "Concat", inputs: [a, read], output: both, attributes: { axis: 1 } },
      { ...outer, inputs: [both, kernel, bias] },
    ]]]),
    constants: new Map([
      [
        kernel,
        sideBySide(
          rows,
          columnsOf(matrix, rows, 0, columns - wide),
          product(through, floatsOf(graph, innerKernel), rows, wide),
        ),
      ],
      [
        bias,
        floats([rows], floatsOf(graph, outerBias).map((value, i) => value + (shift[i] ?? NaN))),
      ],
    ]),
  });
}
