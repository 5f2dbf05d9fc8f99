import { deepEqual } from "node:assert/strict";
import { cutWindows } from "../../src/image/windows.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { cropNaively, randomImage } from "./random_image.ts";

/** 1 2 3 above 4 5 6, in red; green and blue are 10 and 20 more. */
const numbered: RgbImage = {
  width: 3,
  height: 2,
  data: new Uint8Array([1, 2, 3, 4, 5, 6].flatMap((red) => [red, red + 10, red + 20])),
};

/** Cuts one window and returns its red samples, row by row. */
function reds(image: RgbImage, x: number, y: number, width: number, height: number): number[][] {
  const data = cutWindows(image, [{ x, y }], { width, height });
  return Array.from(
    { length: height },
    (_, row) => Array.from({ length: width }, (_, i) => data[(row * width + i) * 3] ?? NaN),
  );
}

Deno.test("an even window has one pixel more on the left and above its center", () => {
  // A window of 2 px around (1, 1) has the columns 0 and 1 and the rows 0 and 1.
  deepEqual(reds(numbered, 1, 1, 2, 2), [[1, 2], [4, 5]]);
  deepEqual(reds(numbered, 1, 1, 1, 1), [[5]]);
  deepEqual(reds(numbered, 1, 0, 3, 1), [[1, 2, 3]]);
});

Deno.test("beyond the border the image is mirrored and its outermost pixel is repeated", () => {
  // Columns -2 to 2 of "1 2 3" are 2 1 1 2 3. Rows -2 to 1 of two rows are the rows 1, 0, 0, 1.
  const [above, below] = [[2, 1, 1, 2, 3], [5, 4, 4, 5, 6]];
  deepEqual(reds(numbered, 0, 0, 5, 4), [below, above, above, below]);
  // Columns 0 to 7 are 1 2 3 3 2 1 1 2: an image narrower than the window is mirrored back and forth.
  deepEqual(reds(numbered, 4, 0, 8, 1), [[1, 2, 3, 3, 2, 1, 1, 2]]);
  // Columns -9 and -8 are one period of 6 left of the columns -3 and -2.
  deepEqual(reds(numbered, -8, 0, 2, 1), [[3, 2]]);
});

Deno.test("an image of one pixel fills the whole window", () => {
  const dot = { width: 1, height: 1, data: new Uint8Array([7, 8, 9]) };
  deepEqual([...cutWindows(dot, [{ x: 0, y: 0 }], { width: 2, height: 2 })], [
    ...[7, 8, 9],
    ...[7, 8, 9],
    ...[7, 8, 9],
    ...[7, 8, 9],
  ]);
});

Deno.test("windows lie one after the other, in the order of their centers, with all channels", () => {
  const image = randomImage(20, 15);
  const centers = [{ x: 12, y: 9 }, { x: 4, y: 3 }, { x: 16, y: 12 }];
  const expected = centers.map(({ x, y }) =>
    cropNaively(image, { x: x - 4, y: y - 3, width: 8, height: 6 }).data
  );
  const windows = cutWindows(image, centers, { width: 8, height: 6 });
  deepEqual([...windows], expected.flatMap((data) => [...data]));
  deepEqual(cutWindows(image, [], { width: 8, height: 6 }).length, 0);
});
