import {
  type Constant,
  edit,
  floats,
  floatsOf,
  type Graph,
  type Node,
  producer,
} from "../graph.ts";
import { channelsOf, isDense, isPointwise, windowOf } from "../window.ts";
import { sideBySide } from "./merge_sums.ts";
import type { Pass } from "./pass.ts";
import { isSubsample, subsample } from "./subsample_early.ts";

/** How much wider than the tensor it stands for what is read instead may be. */
const widest = 1.25;

/**
 * Reads through linear shortcuts: a 1 x 1 convolution of a 1 x 1 convolution is one, with the product of
 * both matrices. Along a chain of residual blocks whose shortcuts are convolutions, every block then reads
 * the bottlenecks before it directly (`[a; b]` of `mergeSums`), and the wide sum is read by its batch norm
 * alone, which can be folded.
 */
export const composeShortcuts: Pass = {
  title: "compose linear shortcuts",
  apply(graph) {
    for (const conv of graph.nodes) {
      const concat = producer(graph, conv.inputs[0]);
      if (!isPointwise(conv) || concat?.op !== "Concat") continue;
      for (const [place, operand] of concat.inputs.entries()) {
        const inner = linearSource(graph, operand);
        if (inner !== undefined) return this.apply(compose(graph, conv, concat, place, inner));
      }
    }
    return graph;
  },
};

/** The 1 x 1 convolution whose result `tensor` is, and how to pick its places first. */
interface Inner {
  readonly conv: Node;
  readonly pick: Node | undefined;
}

function linearSource(graph: Graph, tensor: string): Inner | undefined {
  const made = producer(graph, tensor);
  const pick = isSubsample(made) ? made : undefined;
  const conv = pick === undefined ? made : producer(graph, pick.inputs[0]);
  if (!isPointwise(conv) || !isDense(conv)) return undefined;
  const { inputs, outputs } = channelsOf(graph, conv);
  return inputs <= widest * outputs ? { conv, pick } : undefined;
}

function compose(graph: Graph, outer: Node, concat: Node, place: number, { conv, pick }: Inner): Graph {
  const [source = "", kernelName, biasName] = conv.inputs;
  const rows = channelsOf(graph, outer).outputs;
  const { inputs: narrow, outputs: wide } = channelsOf(graph, conv);
  const first = firstChannel(graph, outer, concat, place, wide);
  const kernel = floatsOf(graph, outer.inputs[1]);
  const columns = kernel.length / rows;
  const part = (from: number, to: number) => {
    const block = new Float64Array(rows * (to - from));
    for (let row = 0; row < rows; row++) {
      block.set(kernel.subarray(row * columns + from, row * columns + to), row * (to - from));
    }
    return block;
  };
  const through = part(first, first + wide);
  const product = multiply(rows, wide, narrow, through, floatsOf(graph, kernelName));
  const shift = multiply(rows, wide, 1, through, floatsOf(graph, biasName));
  const bias = floatsOf(graph, outer.inputs[2]).map((value, row) => value + (shift[row] ?? NaN));

  const name = `${outer.output}/composed_${source}`;
  const read = pick === undefined ? source : `${source}/every_${windowOf(pick).strides.join("x")}`;
  const before = pick === undefined || producer(graph, read) !== undefined
    ? []
    : [subsample(source, windowOf(pick).strides, read)];
  const inputs = concat.inputs.map((input, i) => i === place ? read : input);
  const constants = new Map<string, Constant>([
    [
      `${name}/kernel`,
      sideBySide(rows, part(0, first), product, part(first + wide, columns)),
    ],
    [`${name}/bias`, floats([rows], bias)],
  ]);
  const replace = new Map([[outer.output, [
    ...before,
    { ...concat, inputs, output: `${name}/inputs` },
    { ...outer, inputs: [`${name}/inputs`, `${name}/kernel`, `${name}/bias`] },
  ]]]);
  return edit(graph, { replace, constants });
}

/** Where in the concatenation the operand at `place` begins. */
function firstChannel(graph: Graph, outer: Node, concat: Node, place: number, width: number): number {
  const all = channelsOf(graph, outer).inputs;
  if (place === 0) return 0;
  if (place === concat.inputs.length - 1) return all - width;
  throw new TypeError(`'${concat.output}' joins more than two tensors`);
}

/** `a [rows, inner] b [inner, columns]`. */
function multiply(rows: number, inner: number, columns: number, a: Float64Array, b: Float64Array) {
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const factor = a[row * inner + i] ?? NaN;
      for (let column = 0; column < columns; column++) {
        product[row * columns + column]! += factor * (b[i * columns + column] ?? NaN);
      }
    }
  }
  return product;
}
