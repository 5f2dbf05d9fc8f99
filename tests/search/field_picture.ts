import { decodePng } from "../../src/image/png/decode.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import type { Point } from "../../src/image/region.ts";
import { encode } from "fast-png";
import { sample } from "../service.ts";

/**
 * Draws a field: the stroma sample everywhere, and the cell of the metaphase sample at each center.
 */
export async function drawnField(
  width: number,
  height: number,
  metaphases: readonly Point[],
): Promise<RgbImage> {
  const stroma = decodePng(await sample("stroma"));
  const metaphase = decodePng(await sample("metaphase"));
  const data = new Uint8Array(width * height * 3);
  const put = (patch: RgbImage, left: number, top: number, radius = Infinity) => {
    for (let y = 0; y < patch.height; y++) {
      for (let x = 0; x < patch.width; x++) {
        if (left + x < 0 || left + x >= width || top + y < 0 || top + y >= height) continue;
        if (Math.hypot(x - 32, y - 32) > radius) continue;
        const from = (y * patch.width + x) * 3;
        data.set(patch.data.subarray(from, from + 3), ((top + y) * width + left + x) * 3);
      }
    }
  };
  for (let y = 0; y < height; y += 64) for (let x = 0; x < width; x += 64) put(stroma, x, y);
  for (const { x, y } of metaphases) put(metaphase, x - 32, y - 32, 25);
  return { width, height, data };
}

/** Encodes a picture as a PNG file. */
export function pngFile({ width, height, data }: RgbImage): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encode({ width, height, data, channels: 3 }));
}
