import type { Region } from "../../src/image/region.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { randomFrom } from "../random.ts";

/** Makes an image of independent random pixels. */
export function randomImage(width: number, height: number, seed = 1): RgbImage {
  const random = randomFrom(seed);
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, () => random(256)),
  };
}

/** Cuts a region out of an image, pixel by pixel. */
export function cropNaively(image: RgbImage, { x, y, width, height }: Region): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const column = x + pixel % width;
    const row = y + Math.floor(pixel / width);
    return image.data[(row * image.width + column) * 3 + i % 3] ?? NaN;
  });
  return { width, height, data };
}

/** Makes a gray image of a function of the column and the row, 0 to 255. */
export function grayImage(
  width: number,
  height: number,
  valueAt: (x: number, y: number) => number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.fill(valueAt(x, y), (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return { width, height, data };
}

/** Returns the red samples row by row. */
export function redsOf({ width, height, data }: RgbImage): number[][] {
  return Array.from(
    { length: height },
    (_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 3] ?? NaN),
  );
}
