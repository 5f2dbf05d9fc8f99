import type { NetworkInput } from "../model/manifest.ts";
import type { PixelBatch } from "./engine.ts";

/** The numbers of a network's input, before they are a tensor of the runtime. */
export interface InputTensor {
  readonly type: "float32" | "uint8";
  /** `[count, 3, height, width]` or `[count, height, width, 3]`, as the manifest says. */
  readonly dims: readonly [number, number, number, number];
  readonly data: Float32Array | Uint8Array;
}

/** Makes the network's input of pixels: channel order, layout, dtype and normalization of its manifest. */
export type Preprocess = (batch: PixelBatch) => InputTensor;

/**
 * Prepares {@linkcode Preprocess} for one network. The 256 values that a channel can take are
 * normalized once, in double precision, and rounded to float32.
 *
 * @example Pixels to `[1, 3, 1, 1]`, each value v as v / 127.5 - 1
 * ```ts
 * import { preprocessor } from "./tensor.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const s = 1 / 127.5;
 * const toTensor = preprocessor({
 *   name: "input", width: 64, height: 64, channelOrder: "RGB", layout: "NCHW", dtype: "float32",
 *   normalization: { scale: [s, s, s], offset: [-1, -1, -1] },
 * });
 * const batch = { count: 1, height: 1, width: 1, data: new Uint8Array([0, 255, 0]) };
 * deepEqual([...toTensor(batch).data], [-1, 1, -1]);
 * ```
 */
export function preprocessor(input: NetworkInput): Preprocess {
  const sources = input.channelOrder === "RGB" ? [0, 1, 2] : [2, 1, 0];
  const tables = [0, 1, 2].map((channel) => {
    const scale = input.normalization.scale[channel] ?? 1;
    const offset = input.normalization.offset[channel] ?? 0;
    return Float32Array.from({ length: 256 }, (_, value) => value * scale + offset);
  });
  return ({ count, height, width, data }) => {
    const pixels = height * width;
    const planar = input.layout === "NCHW";
    const tensor = input.dtype === "uint8"
      ? new Uint8Array(data.length)
      : new Float32Array(data.length);
    for (let channel = 0; channel < 3; channel++) {
      const source = sources[channel] ?? channel;
      const table = tables[channel] ?? new Float32Array(256);
      const step = planar ? 1 : 3;
      for (let n = 0; n < count; n++) {
        let to = n * pixels * 3 + (planar ? channel * pixels : channel);
        const end = (n + 1) * pixels * 3;
        for (let from = n * pixels * 3 + source; from < end; from += 3, to += step) {
          tensor[to] = table[data[from] as number] as number;
        }
      }
    }
    return {
      type: input.dtype,
      dims: planar ? [count, 3, height, width] : [count, height, width, 3],
      data: tensor,
    };
  };
}
