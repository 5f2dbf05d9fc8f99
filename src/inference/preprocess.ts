import type { NetworkInput } from "../model/network_input.ts";
import type { PixelBatch } from "./engine.ts";

/** A network's input, ready to be wrapped into a tensor of the ONNX runtime. */
export interface InputTensor {
  readonly type: "float32" | "uint8";
  /** `[count, 3, height, width]` for NCHW, `[count, height, width, 3]` for NHWC. */
  readonly dims: readonly [number, number, number, number];
  readonly data: Float32Array | Uint8Array;
}

/** Converts pixels to a network's input: channel order, layout, dtype and normalization. */
export type Preprocessor = (batch: PixelBatch) => InputTensor;

/**
 * Creates the {@linkcode Preprocessor} of one network. The normalized values of the 256 pixel
 * values are computed once per channel, in double precision, and rounded to float32. For a network that
 * takes uint8 they are then truncated to integers modulo 256.
 *
 * @param input The network's input, as its manifest describes it.
 *
 * @example Converts pixels to `[1, 3, 1, 1]`, each value v to v / 127.5 - 1
 * ```ts
 * import { createPreprocessor } from "./preprocess.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const s = 1 / 127.5;
 * const preprocess = createPreprocessor({
 *   name: "input", width: 64, height: 64, channelOrder: "RGB", layout: "NCHW", dtype: "float32",
 *   normalization: { scale: [s, s, s], offset: [-1, -1, -1] },
 * });
 * const batch = { count: 1, height: 1, width: 1, data: new Uint8Array([0, 255, 0]) };
 * deepEqual([...preprocess(batch).data], [-1, 1, -1]);
 * ```
 */
export function createPreprocessor(input: NetworkInput): Preprocessor {
  const sourceChannels = input.channelOrder === "RGB" ? [0, 1, 2] : [2, 1, 0];
  const tables = [0, 1, 2].map((channel) => {
    const scale = input.normalization.scale[channel] ?? 1;
    const offset = input.normalization.offset[channel] ?? 0;
    return Float32Array.from({ length: 256 }, (_, value) => value * scale + offset);
  });
  return ({ count, height, width, data }) => {
    const pixels = height * width;
    const isPlanar = input.layout === "NCHW";
    const tensor = input.dtype === "uint8"
      ? new Uint8Array(data.length)
      : new Float32Array(data.length);
    for (let channel = 0; channel < 3; channel++) {
      const source = sourceChannels[channel] ?? channel;
      const table = tables[channel] ?? new Float32Array(256);
      const step = isPlanar ? 1 : 3;
      for (let n = 0; n < count; n++) {
        let to = n * pixels * 3 + (isPlanar ? channel * pixels : channel);
        const end = (n + 1) * pixels * 3;
        for (let from = n * pixels * 3 + source; from < end; from += 3, to += step) {
          tensor[to] = table[data[from] as number] as number;
        }
      }
    }
    return {
      type: input.dtype,
      dims: isPlanar ? [count, 3, height, width] : [count, height, width, 3],
      data: tensor,
    };
  };
}
