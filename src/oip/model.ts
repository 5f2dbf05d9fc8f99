import type { Manifest } from "../model/manifest.ts";

/** A tensor as the protocol's metadata describes it; -1 is a dimension of any size. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: "UINT8" | "FP32";
  readonly shape: readonly number[];
}

/** Name of the one input: pixels, RGB, 0 to 255, rows from top to bottom. */
export const INPUT = "image";
/** Name of the one output: the probability of a mitosis, 0 to 1. */
export const OUTPUT = "probability";

/** Extensions of the protocol that this service speaks. */
export const EXTENSIONS = ["binary_tensor_data"] as const;

/** The input that a model takes over the protocol: UINT8 `[n, height, width, 3]`. */
export function inputOf({ input }: Manifest): TensorMetadata {
  return { name: INPUT, datatype: "UINT8", shape: [-1, input.height, input.width, 3] };
}

/** What it answers: FP32 `[n]`. */
export const output: TensorMetadata = { name: OUTPUT, datatype: "FP32", shape: [-1] };
