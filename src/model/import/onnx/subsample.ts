import type { Node } from "./graph.ts";
import { windowAttributes, windowOf } from "./window.ts";

/** Returns the name of the tensor that {@linkcode subsample} creates. */
export function subsampledName(source: string, strides: readonly [number, number]): string {
  return `${source}/every_${strides.join("x")}`;
}

/**
 * Creates a node that keeps every n-th row and column of `source`. The node is a max pooling with a
 * 1 x 1 window, because the WASM build of ONNX Runtime runs it twice as fast as a `Slice` with steps.
 *
 * @param strides The number n for rows and for columns.
 */
export function subsample(source: string, strides: readonly [number, number]): Node {
  const attributes = windowAttributes({
    kernel: [1, 1],
    strides,
    dilations: [1, 1],
    pads: [0, 0, 0, 0],
  });
  return { op: "MaxPool", inputs: [source], output: subsampledName(source, strides), attributes };
}

/**
 * Reports whether the node works like one that {@linkcode subsample} creates: a max pooling with a 1 x 1
 * window and no padding.
 */
export function isSubsample(node: Node | undefined): node is Node {
  if (node?.op !== "MaxPool") return false;
  const { kernel, pads } = windowOf(node);
  return kernel.every((size) => size === 1) && pads.every((pad) => pad === 0);
}
