import type { Graph, Node } from "./graph.ts";

/** The geometry of a convolution or pooling, as in ONNX's attributes. Pairs are `[rows, columns]`. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Padding: top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Returns a window as the attributes of a node. */
export function windowAttributes(window: Window): Record<string, readonly number[]> {
  return {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: window.pads,
  };
}

/**
 * Reads the window from the attributes of a node.
 *
 * @throws {TypeError} when an attribute is missing or has the wrong length.
 */
export function windowOf(node: Node): Window {
  const numbers = (name: string, count: number) => {
    const value = node.attributes[name];
    if (!Array.isArray(value) || value.length !== count) {
      throw new TypeError(`${node.op} '${node.output}' has no ${count} numbers in '${name}'`);
    }
    return value;
  };
  const pair = (name: string) => numbers(name, 2) as [number, number];
  return {
    kernel: pair("kernel_shape"),
    strides: pair("strides"),
    dilations: pair("dilations"),
    pads: numbers("pads", 4) as [number, number, number, number],
  };
}

/** Returns how many positions a window has along an axis of an image: 0 for rows, 1 for columns. */
export function outputSize(size: number, window: Window, axis: 0 | 1): number {
  const span = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
  const padded = size + window.pads[axis] + window.pads[axis + 2 as 2 | 3];
  return Math.floor((padded - span) / window.strides[axis]) + 1;
}

/**
 * Returns the padding before and after one axis by TensorFlow's rule for `same` (documentation of
 * `tf.nn`, "Notes on padding"). The output has the size `ceil(size / stride)`. If the number of zeros
 * is odd, the extra zero is at the end.
 */
export function samePadding(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
): [number, number] {
  const span = (kernel - 1) * dilation + 1;
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Returns the window of a layer that reads an image of `[rows, columns]`, padded by TensorFlow's rules. */
export function windowFor(
  [rows = 0, columns = 0]: readonly number[],
  kernel: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number],
  padding: "same" | "valid",
): Window {
  const isSame = padding === "same";
  const [top, bottom] = isSame ? samePadding(rows, kernel[0], strides[0], dilations[0]) : [0, 0];
  const [left, right] = isSame ? samePadding(columns, kernel[1], strides[1], dilations[1]) : [0, 0];
  return { kernel, strides, dilations, pads: [top, left, bottom, right] };
}

/** Reports whether the node is a 1 x 1 convolution without padding. */
export function isPointwise(node: Node | undefined): node is Node {
  if (node?.op !== "Conv") return false;
  const { kernel, pads } = windowOf(node);
  return kernel.every((size) => size === 1) && pads.every((pad) => pad === 0);
}

/** Reports whether the node's window has stride 1. */
export function hasStrideOne(node: Node): boolean {
  return windowOf(node).strides.every((stride) => stride === 1);
}

/** Returns the numbers of output and input channels of a convolution. */
export function channelsOf(graph: Graph, conv: Node): { outputs: number; inputs: number } {
  const [outputs, inputs] = graph.constants.get(conv.inputs[1] ?? "")?.dims ?? [];
  if (outputs === undefined || inputs === undefined) {
    throw new TypeError(`Conv '${conv.output}' has no constant kernel`);
  }
  return { outputs, inputs };
}
