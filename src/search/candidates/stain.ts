import type { RgbImage } from "../../image/rgb_image.ts";

/**
 * Optical densities of hematoxylin, eosin and diaminobenzidine in red, green and blue, one stain a
 * row: A. C. Ruifrok and D. A. Johnston, Quantification of histochemical staining by color
 * deconvolution, Anal. Quant. Cytol. Histol. 23 (2001) 291-299.
 */
const STAINS = [[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]] as const;

/** Number of whole steps in one unit of optical density. */
export const DENSITY_STEPS = 1000;

/**
 * Largest density in steps; larger ones are cut off, so that sums fit int32. Only ink, and colors
 * that no stain has, are denser.
 */
export const MAX_DENSITY = 2047;

/**
 * Weights of the optical densities of red, green and blue, whose weighted sum is the hematoxylin: a
 * column of the inverse of {@linkcode STAINS}.
 */
const HEMATOXYLIN_WEIGHTS = hematoxylinWeights();

/**
 * Look-up tables: the hematoxylin of each sample value of a channel, 0 to 255, in density steps.
 */
const [RED = new Int32Array(256), GREEN = RED, BLUE = RED] = HEMATOXYLIN_WEIGHTS.map((weight) =>
  Int32Array.from(
    { length: 256 },
    (_, sample) => Math.round(-Math.log10((sample + 1) / 256) * weight * DENSITY_STEPS),
  )
);

/**
 * Computes the density of hematoxylin, which stains chromatin, in a row of pixels of an H&E
 * picture, and writes it into `density`. Beyond the border the outermost pixel is repeated.
 *
 * The densities are whole numbers, so sums over them are exact and do not depend on where a sum
 * begins. A cell is then found at the same point wherever the border of its tile lies.
 *
 * @param x Column of the first pixel. The row may begin and end beyond the border, but must overlap
 * the picture.
 * @param y Row of the picture.
 * @param density Filled with optical densities times {@linkcode DENSITY_STEPS}, -2047 to 2047.
 * Empty glass is 0, chromatin is 300 to 1500, and pixels that only eosin stains can be below 0.
 *
 * @example
 * ```ts
 * import { hematoxylin } from "./stain.ts";
 * import { equal, ok } from "node:assert/strict";
 *
 * const glassChromatinEosin = new Uint8Array([255, 255, 255, 70, 50, 130, 240, 150, 200]);
 * const density = new Int32Array(3);
 * hematoxylin({ width: 3, height: 1, data: glassChromatinEosin }, 0, 0, density);
 * const [glass = NaN, chromatin = NaN, eosin = NaN] = density;
 * equal(glass, 0);
 * ok(chromatin > 500 && eosin < 50);
 * ```
 */
export function hematoxylin(
  { width, height, data }: RgbImage,
  x: number,
  y: number,
  density: Int32Array,
): void {
  const line = Math.min(height - 1, Math.max(0, y)) * width;
  const first = Math.min(density.length, Math.max(0, -x));
  const end = Math.max(first, Math.min(density.length, width - x));
  for (let i = first, at = (line + x + first) * 3; i < end; i++, at += 3) {
    const sum = (RED[data[at] as number] as number) + (GREEN[data[at + 1] as number] as number) +
      (BLUE[data[at + 2] as number] as number);
    density[i] = Math.min(MAX_DENSITY, Math.max(-MAX_DENSITY, sum));
  }
  density.fill(density[first] ?? 0, 0, first).fill(density[end - 1] ?? 0, end);
}

function hematoxylinWeights(): number[] {
  const [h, e, d] = STAINS.map(unit) as [Vector, Vector, Vector];
  const volume = dot(h, cross(e, d));
  return cross(e, d).map((component) => component / volume);
}

type Vector = readonly [number, number, number];

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
}
