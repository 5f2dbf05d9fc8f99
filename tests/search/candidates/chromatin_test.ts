import { deepEqual, equal, ok } from "node:assert/strict";
import type { RgbImage } from "../../../src/image/rgb_image.ts";
import { Chromatin } from "../../../src/search/candidates/chromatin.ts";
import { ScratchBuffers } from "../../../src/search/candidates/scratch_buffers.ts";
import { grayImage } from "../../image/random_image.ts";
import { randomFrom } from "../../random.ts";

const MPP = 0.5;

/** Half the sides of the boxes at 0.5 um, in pixels: the micrometers divided by 0.5, rounded. */
const RADIUS = { clump: 4, granule: 1, background: 2, pool: 5, surroundings: 18 };

/**
 * Makes an image of random blocks of 3 x 3 px in shades of hematoxylin.
 *
 * @param strength Factor of all optical densities.
 */
function stained(width: number, height: number, strength = 1): RgbImage {
  const random = randomFrom(5);
  const columns = Math.ceil(width / 3);
  const amounts = Array.from(
    { length: columns * Math.ceil(height / 3) },
    () => random(1000) / 1000,
  );
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const amount = amounts[Math.floor(y / 3) * columns + Math.floor(x / 3)] ?? NaN;
    const density = (HEMATOXYLIN[i % 3] ?? NaN) * amount * strength;
    data[i] = Math.round(256 * 10 ** -density - 1);
  }
  return { width, height, data };
}

/** (0.65, 0.70, 0.29) divided by its length, 0.9983. */
const HEMATOXYLIN = [0.6511, 0.7012, 0.2905] as const;

/** NumPy: np.linalg.inv(S)[:, 0] for the unit rows S of the stains, see stain_test.ts. */
const UNMIXING = [1.87478745, -0.06579592, -0.60088325] as const;

type Map = (x: number, y: number) => number;

/** Computes the formula of `strengthAt` in double precision, number by number. */
function strengthNaively(image: RgbImage, x: number, y: number): number {
  const density = remember((column, row) => {
    const pixel = (row * image.width + column) * 3;
    return UNMIXING.reduce((sum, part, channel) => {
      const sample = image.data[pixel + channel] ?? NaN;
      return sum - 1000 * part * Math.log10((sample + 1) / 256);
    }, 0);
  });
  const smooth = remember((column, row) => meanAround(density, column, row, RADIUS.clump));
  const detail = remember((column, row) =>
    meanAround(density, column, row, RADIUS.granule) -
    meanAround(density, column, row, RADIUS.background)
  );
  const mean = meanAround(density, x, y, RADIUS.surroundings);
  const square = meanAround((a, b) => density(a, b) ** 2, x, y, RADIUS.surroundings);
  const deviation = Math.sqrt(square - mean ** 2) + 50;
  const clump = meanAround(smooth, x, y, RADIUS.clump);
  const granularity = Math.sqrt(meanAround((a, b) => detail(a, b) ** 2, x, y, RADIUS.pool));
  return (clump - mean) / deviation + 5 * granularity / deviation;
}

function meanAround(map: Map, x: number, y: number, radius: number): number {
  let sum = 0;
  for (let row = y - radius; row <= y + radius; row++) {
    for (let column = x - radius; column <= x + radius; column++) sum += map(column, row);
  }
  return sum / (2 * radius + 1) ** 2;
}

/** Computes each value of a map once. */
function remember(map: Map): Map {
  const values = new Map<string, number>();
  return (x, y) => {
    const value = values.get(`${x},${y}`) ?? map(x, y);
    values.set(`${x},${y}`, value);
    return value;
  };
}

function chromatinOf(image: RgbImage, x = 0, y = 0, width = image.width, height = image.height) {
  return new Chromatin(image, MPP, { x, y, width, height }, new ScratchBuffers());
}

Deno.test("the strength is that of its formula, computed number by number", () => {
  const image = stained(60, 52);
  const chromatin = chromatinOf(image);
  for (const [x, y] of [[18, 18], [30, 26], [41, 33], [25, 20]] as const) {
    const [found, expected] = [chromatin.strengthAt(x, y), strengthNaively(image, x, y)];
    // Densities, their squares and the detail are whole steps, which makes 1 % at most here.
    ok(Math.abs(found - expected) <= 0.01 * Math.abs(expected), `${found}, not ${expected}`);
  }
});

Deno.test("a flat picture has the strength 0", () => {
  for (const value of [0, 60, 128, 255]) {
    const chromatin = chromatinOf(grayImage(50, 50, () => value));
    ok(Math.abs(chromatin.strengthAt(25, 25)) < 1e-9);
  }
});

Deno.test("a pale slide and a dark one have about the same strengths", () => {
  const [pale, dark] = [chromatinOf(stained(60, 52, 0.8)), chromatinOf(stained(60, 52, 1.6))];
  for (let x = 18; x < 42; x += 3) {
    const [a, b] = [pale.strengthAt(x, 26), dark.strengthAt(x, 26)];
    // The constant 50 beside the deviations, about 110 and 220 steps, makes 220 / 270 : 110 / 160.
    ok(b / a > 1 && b / a < 1.25, `${a} and ${b}`);
    // The hematoxylin itself is twice as much.
    ok(Math.abs(dark.clumpAt(x, 26) / pale.clumpAt(x, 26) - 2) < 0.03);
  }
});

Deno.test("values do not depend on where the region begins, nor on what the buffers held", () => {
  const image = stained(70, 60);
  const whole = chromatinOf(image);
  const buffers = new ScratchBuffers();
  for (const [left, top] of [[1, 0], [0, 5], [13, 11], [-9, -4]] as const) {
    const region = { x: left, y: top, width: 46, height: 42 };
    const part = new Chromatin(image, MPP, region, buffers);
    for (let y = Math.max(18, 18 - top); y < 24; y++) {
      for (let x = Math.max(18, 18 - left); x < 28; x++) {
        equal(part.strengthAt(x, y), whole.strengthAt(x + left, y + top));
        equal(part.clumpAt(x, y), whole.clumpAt(x + left, y + top));
      }
    }
  }
});

Deno.test("beyond the border the outermost pixel is repeated", () => {
  // The upper left pixel of a picture, with 20 px of itself, its row and its column around it.
  const image = stained(40, 40);
  const clamp = (value: number) => Math.min(39, Math.max(0, value));
  const padded = new Uint8Array(80 * 80 * 3);
  for (let i = 0; i < 80 * 80; i++) {
    const pixel = (clamp(Math.floor(i / 80) - 20) * 40 + clamp(i % 80 - 20)) * 3;
    padded.set(image.data.subarray(pixel, pixel + 3), i * 3);
  }
  const expected = chromatinOf({ width: 80, height: 80, data: padded });
  const found = chromatinOf(image, -20, -20, 80, 80);
  for (const at of [20, 25, 59]) equal(found.strengthAt(at, 20), expected.strengthAt(at, 20));
});

Deno.test("fillStrength gives the strengths of points a step apart", () => {
  const chromatin = chromatinOf(stained(60, 52));
  const row = new Float32Array(5);
  chromatin.fillStrength(19, 25, 4, row);
  deepEqual([...row], [19, 23, 27, 31, 35].map((x) => Math.fround(chromatin.strengthAt(x, 25))));
});
