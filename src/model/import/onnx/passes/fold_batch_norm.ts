import {
  type Constant,
  edit,
  floats,
  floatsOf,
  type Graph,
  isOnlyReader,
  type Node,
  producer,
} from "../graph.ts";
import type { Pass } from "./pass.ts";

/**
 * Folds a batch norm into the weights of the convolution before it, if nothing else reads the
 * convolution.
 */
export const foldBatchNorm: Pass = {
  title: "fold batch norms",
  apply(graph) {
    const replace = new Map<string, readonly Node[]>();
    const constants = new Map<string, Constant>();
    for (const norm of graph.nodes.filter((node) => node.op === "BatchNormalization")) {
      const conv = producer(graph, norm.inputs[0]);
      if (conv?.op !== "Conv" || !isOnlyReader(graph, conv.output, norm)) continue;
      const folded = scaleOutput(graph, conv, affineOf(graph, norm), norm.output);
      replace.set(norm.output, [folded.node]);
      for (const [name, constant] of folded.constants) constants.set(name, constant);
    }
    return replace.size === 0 ? graph : edit(graph, { replace, constants });
  },
};

/** An affine function per channel: `scale * x + shift`. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Converts a `BatchNormalization` to an affine function. */
export function affineOf(graph: Graph, norm: Node): Affine {
  const [, gamma, beta, mean, variance] = norm.inputs.map((name) =>
    graph.constants.has(name) ? floatsOf(graph, name) : new Float64Array()
  );
  const { epsilon } = norm.attributes;
  if (
    !gamma || !beta || !mean || !variance || typeof epsilon !== "object" || !("float" in epsilon)
  ) {
    throw new TypeError(`'${norm.output}' is not a batch norm with constant statistics`);
  }
  const scale = gamma.map((g, c) => g / Math.sqrt((variance[c] ?? NaN) + epsilon.float));
  return { scale, shift: scale.map((s, c) => (beta[c] ?? NaN) - s * (mean[c] ?? NaN)) };
}

/** Returns a convolution named `output` that computes `scale * conv + shift`, and its constants. */
export function scaleOutput(graph: Graph, conv: Node, { scale, shift }: Affine, output: string) {
  const [x = "", kernelName = "", biasName] = conv.inputs;
  const dims = graph.constants.get(kernelName)?.dims ?? [];
  const kernel = floatsOf(graph, kernelName);
  const perChannel = kernel.length / scale.length;
  const inputs = [x, `${output}/kernel`, `${output}/bias`];
  return {
    node: { ...conv, inputs, output },
    constants: new Map([
      [
        `${output}/kernel`,
        floats(dims, kernel.map((w, i) => w * (scale[Math.floor(i / perChannel)] ?? NaN))),
      ],
      [
        `${output}/bias`,
        floats(
          [scale.length],
          floatsOf(graph, biasName).map((b, c) => b * (scale[c] ?? NaN) + (shift[c] ?? NaN)),
        ),
      ],
    ]),
  };
}
