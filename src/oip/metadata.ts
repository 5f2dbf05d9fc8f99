import type { Manifest } from "../model/manifest.ts";

/** Metadata of a tensor in the Open Inference Protocol (v2). A dimension of -1 means any size. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: "UINT8" | "FP32";
  readonly shape: readonly number[];
}

/** Name of the only input: pixels, RGB, 0 to 255, rows from top to bottom. */
export const INPUT_NAME = "image";
/** Name of the only output: probabilities of a mitosis, 0 to 1. */
export const OUTPUT_NAME = "probability";

/** Extensions of the protocol that this service supports. */
export const EXTENSIONS = ["binary_tensor_data"] as const;

/** Returns the metadata of a model's input: UINT8 `[n, height, width, 3]`. */
export function inputMetadata({ input }: Manifest): TensorMetadata {
  return { name: INPUT_NAME, datatype: "UINT8", shape: [-1, input.height, input.width, 3] };
}

/** Metadata of the output of every model: FP32 `[n]`. */
export const OUTPUT_METADATA: TensorMetadata = { name: OUTPUT_NAME, datatype: "FP32", shape: [-1] };
