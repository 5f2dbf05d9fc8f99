import { deepEqual, equal, ok } from "node:assert/strict";
import { resample, scaleBetween, scaledSize } from "../../src/image/resample.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { cropNaively, grayImage, randomImage, redsOf } from "./random_image.ts";

/** The kernel of Keys (1981), equation 4, with the parameter a = -1/2. */
function keysKernel(distance: number): number {
  const a = -0.5;
  const d = Math.abs(distance);
  if (d < 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

/** Computes one sample of the scaled image as a sum over two dimensions, in double precision. */
function sampleNaively(image: RgbImage, scale: number, x: number, y: number, channel: number) {
  const stretch = Math.max(1, 1 / scale);
  const [centerX, centerY] = [(x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5];
  const clamp = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  let [sum, total] = [0, 0];
  const reach = Math.ceil(2 * stretch) + 1;
  for (let row = Math.floor(centerY) - reach; row <= centerY + reach; row++) {
    for (let column = Math.floor(centerX) - reach; column <= centerX + reach; column++) {
      const weight = keysKernel((row - centerY) / stretch) *
        keysKernel((column - centerX) / stretch);
      const pixel = clamp(row, image.height) * image.width + clamp(column, image.width);
      sum += weight * (image.data[pixel * 3 + channel] ?? NaN);
      total += weight;
    }
  }
  return Math.min(255, Math.max(0, sum / total));
}

Deno.test("resample is cubic convolution, at any scale and up to the border", () => {
  const image = randomImage(23, 17);
  for (const scale of [0.31, 0.5, 0.77, 1.25, 2, 3.1]) {
    const size = scaledSize(image, scale);
    const { data, width, height } = resample(image, scale, { x: 0, y: 0, ...size });
    deepEqual({ width, height }, size);
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      const expected = sampleNaively(image, scale, x, y, i % 3);
      ok(
        Math.abs((data[i] ?? NaN) - expected) <= 0.502,
        `scale ${scale}, (${x}, ${y}): ${data[i]} instead of ${expected}`,
      );
    }
  }
});

Deno.test("resample agrees with Pillow, away from the border", () => {
  // v = (7 x^2 + 13 y + 5 x y) mod 256, 16 x 16 px. Pillow 13: Image.resize((n, n), BICUBIC)[k:k+4, k:k+4].
  const image = grayImage(16, 16, (x, y) => (7 * x * x + 13 * y + 5 * x * y) % 256);
  const agrees = (side: number, from: number, expected: readonly number[][]) => {
    const region = { x: from, y: from, width: 4, height: 4 };
    const found = redsOf(resample(image, side / 16, region)).flat();
    const differences = expected.flat().map((value, i) => Math.abs(value - (found[i] ?? NaN)));
    ok(differences.every((difference) => difference <= 1), differences.join(", "));
  };
  agrees(8, 2, [[127, 133, 130, 145], [118, 157, 149, 130], [109, 108, 103, 155], [
    139,
    107,
    122,
    129,
  ]]);
  agrees(24, 4, [[108, 144, 191, 175], [124, 165, 223, 119], [141, 185, 255, 157], [
    167,
    186,
    143,
    102,
  ]]);
});

Deno.test("a scale of 1 gives the pixels as they are", () => {
  const image = randomImage(9, 7);
  equal(resample(image, 1, { x: 0, y: 0, width: 9, height: 7 }), image);
  const region = { x: 2, y: 3, width: 5, height: 4 };
  deepEqual(resample(image, 1, region), cropNaively(image, region));
});

Deno.test("regions of the scaled image fit together without a seam", () => {
  const image = randomImage(40, 30);
  for (const scale of [0.5, 0.63, 1.7]) {
    const { width, height } = scaledSize(image, scale);
    const whole = resample(image, scale, { x: 0, y: 0, width, height });
    for (const [x, y] of [[0, 0], [7, 0], [0, 5], [7, 5]] as const) {
      const region = { x, y, width: width - x - 3, height: height - y - 2 };
      deepEqual(resample(image, scale, region), cropNaively(whole, region));
    }
  }
});

Deno.test("a flat image stays flat, and a fine pattern becomes gray when it shrinks", () => {
  const flat = resample(grayImage(20, 20, () => 137), 0.37, { x: 0, y: 0, width: 7, height: 7 });
  ok(flat.data.every((value) => value === 137));
  const checkers = grayImage(40, 40, (x, y) => (x + y) % 2 * 255);
  const middle = resample(checkers, 0.25, { x: 2, y: 2, width: 6, height: 6 });
  ok(middle.data.every((value) => Math.abs(value - 127.5) < 2), middle.data.join());
});

Deno.test("scales and sizes: a scale within 1 % of 1 counts as 1, a size is at least one pixel", () => {
  equal(scaleBetween(0.5, 0.25), 2);
  equal(scaleBetween(0.2, 0.25), 0.8);
  equal(scaleBetween(0.2523, 0.25), 1);
  equal(scaleBetween(0.2477, 0.25), 1);
  ok(scaleBetween(0.253, 0.25) > 1.01);
  deepEqual(scaledSize({ width: 1000, height: 1 }, 0.25), { width: 250, height: 1 });
  deepEqual(scaledSize({ width: 7, height: 5 }, 0.5), { width: 4, height: 3 });
});
