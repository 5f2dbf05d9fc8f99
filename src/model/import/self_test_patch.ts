import { encode } from "fast-png";
import drawing from "../../../model/samples/metaphase.png" with { type: "bytes" };
import { decodePng } from "../../image/png/decode.ts";
import type { RgbImage } from "../../image/rgb_image.ts";

/** The patch of an imported bundle's self-test, as pixels and as a PNG file. */
export interface SelfTestPatch {
  readonly image: RgbImage;
  readonly png: Uint8Array;
}

/**
 * Returns the sample drawing of a metaphase in the size that a network takes, resized by
 * nearest-neighbor interpolation.
 */
export function selfTestPatch(width: number, height: number): SelfTestPatch {
  const original = decodePng(drawing);
  if (original.width === width && original.height === height) {
    return { image: original, png: drawing };
  }
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y * original.height / height);
      const from = (row * original.width + Math.floor(x * original.width / width)) * 3;
      data.set(original.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  const image = { width, height, data };
  return { image, png: encode({ ...image, channels: 3, depth: 8 }) };
}
