import type { Point, Size } from "./region.ts";
import type { RgbImage } from "./rgb_image.ts";

/**
 * Cuts windows out of a picture, one around each center. A window of 64 px around (100, 200) has the
 * columns 68 to 131 and the rows 168 to 231. Beyond the border the picture is mirrored and its outermost
 * pixel is repeated, as in the training of the embedded network.
 *
 * @param centers Whole pixels.
 * @returns uint8 `[centers, height, width, 3]`.
 *
 * @example
 * ```ts
 * import { cutWindows } from "./windows.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const row = { width: 3, height: 1, data: new Uint8Array([1, 1, 1, 2, 2, 2, 3, 3, 3]) };
 * const reds = cutWindows(row, [{ x: 0, y: 0 }], { width: 4, height: 1 }).filter((_, i) => i % 3 === 0);
 * deepEqual([...reds], [2, 1, 1, 2]);
 * ```
 */
export function cutWindows(
  image: RgbImage,
  centers: readonly Point[],
  size: Size,
): Uint8Array {
  const bytes = size.width * size.height * 3;
  const windows = new Uint8Array(centers.length * bytes);
  centers.forEach(({ x, y }, n) => {
    const left = x - Math.floor(size.width / 2);
    const top = y - Math.floor(size.height / 2);
    const inside = left >= 0 && left + size.width <= image.width;
    for (let row = 0; row < size.height; row++) {
      const from = mirrored(top + row, image.height) * image.width;
      const to = n * bytes + row * size.width * 3;
      if (inside) {
        windows.set(image.data.subarray((from + left) * 3, (from + left + size.width) * 3), to);
      } else copyMirrored(image, from, left, size.width, windows, to);
    }
  });
  return windows;
}

function copyMirrored(
  image: RgbImage,
  row: number,
  left: number,
  count: number,
  windows: Uint8Array,
  to: number,
): void {
  for (let column = 0; column < count; column++) {
    const pixel = (row + mirrored(left + column, image.width)) * 3;
    windows.set(image.data.subarray(pixel, pixel + 3), to + column * 3);
  }
}

/** Mirrors an index at the border, so that it lies in 0 to `length - 1`. */
function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - 1 - wrapped;
}
