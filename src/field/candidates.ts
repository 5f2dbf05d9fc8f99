import type { RgbImage } from "../image/rgb_image.ts";
import { boxSum } from "./box_sum.ts";
import { DENSITY_STEPS, haematoxylin } from "./stain.ts";
import type { Rectangle } from "./tiles.ts";

/** A place at which a mitosis may be, in pixels of the picture it was found in. */
export interface Candidate {
  readonly x: number;
  readonly y: number;
  /** How much it looks like condensed chromatin, in local standard deviations; no probability. */
  readonly strength: number;
}

/** Micrometres around a place on which its candidacy depends; a tile needs as much around its core. */
export const CANDIDATE_REACH = 13;

/** Half the sides of square boxes, in micrometres. */
const HALF_SIDES = {
  /** Smooths to the size of a plate or a clump; applied twice. */
  clump: 2,
  /** Granules are what is left of the first box when the second is taken away. */
  granule: 0.25,
  band: 1,
  /** Over this the granules are pooled. */
  pool: 2.5,
  /** Surroundings against which all is compared. */
  surroundings: 8.75,
  /** There is one candidate in a square of this size, half a nucleus apart from the next. */
  apart: 3.25,
} as const;
/** Granularity counts this much beside density. */
const GRANULARITY_WEIGHT = 5;
/** Optical density that is added to the local deviation, so that noise on glass is no structure. */
const NOISE = 0.05 * DENSITY_STEPS;
/** From here on a place is a candidate. */
const STRENGTH = 2.1;

/**
 * Proposes where mitoses may be. What all of them show is condensed chromatin: more haematoxylin
 * than its surroundings, as a clump (metaphase, anaphase, telophase) or as granules and threads
 * (prophase). So the strength of a place is `(m - M) / S + 5 * g / S`: `m` the haematoxylin in a
 * clump's size, `M` and `S` its mean and standard deviation in 18 um around, `g` the root mean square
 * of its detail of 0.75 to 2 um. Both are relative to the surroundings, so that a pale slide and a
 * dark one give the same. Local maxima from a fixed strength on are candidates: about 230 in a
 * million pixels of dense tumour, fewer in stroma, none on glass.
 *
 * All sums are exact, so that a candidate does not depend on where a tile begins.
 *
 * @param micronsPerPixel Resolution of the picture.
 * @param core Only places in this part of the picture; the whole where it is left out.
 * @returns Whole pixels, in reading order.
 */
export function findCandidates(
  image: RgbImage,
  micronsPerPixel: number,
  core: Rectangle = { x: 0, y: 0, width: image.width, height: image.height },
): Candidate[] {
  const pixels = (microns: number) => Math.max(1, Math.round(microns / micronsPerPixel));
  const { width, height } = image;
  return localMaxima(strengthMap(image, pixels), width, height, core, pixels(HALF_SIDES.apart));
}

/** Strength of each place, float32 `[height, width]`. */
function strengthMap(image: RgbImage, pixels: (microns: number) => number): Float32Array {
  const radius = {
    clump: pixels(HALF_SIDES.clump),
    granule: pixels(HALF_SIDES.granule),
    band: pixels(HALF_SIDES.band),
    pool: pixels(HALF_SIDES.pool),
    surroundings: pixels(HALF_SIDES.surroundings),
  };
  const { width, height } = image;
  const sum = (map: Int32Array | Float64Array, radius: number) =>
    boxSum(map, width, height, radius);
  const density = haematoxylin(image);
  const bandPerGranule = area(radius.band) / area(radius.granule);
  const clump = sum(sum(density, radius.clump), radius.clump);
  const granules = sum(
    squaredDetail(sum(density, radius.granule), sum(density, radius.band), bandPerGranule),
    radius.pool,
  );
  const mean = sum(density, radius.surroundings);
  const square = sum(squared(density), radius.surroundings);
  const strength = new Float32Array(width * height);
  for (let i = 0; i < strength.length; i++) {
    const m = (mean[i] as number) / area(radius.surroundings);
    const variance = (square[i] as number) / area(radius.surroundings) - m * m;
    const deviation = Math.sqrt(Math.max(0, variance)) + NOISE;
    const excess = (clump[i] as number) / area(radius.clump) ** 2 - m;
    const detail = Math.sqrt((granules[i] as number) / area(radius.pool)) / area(radius.band);
    strength[i] = (excess + GRANULARITY_WEIGHT * detail) / deviation;
  }
  return strength;
}

function area(radius: number): number {
  return (2 * radius + 1) ** 2;
}

/** Square of the difference of two box means, times the square of the larger box's area: whole. */
function squaredDetail(fine: Float64Array, coarse: Float64Array, ratio: number): Float64Array {
  const squares = new Float64Array(fine.length);
  for (let i = 0; i < squares.length; i++) {
    const detail = (fine[i] as number) * ratio - (coarse[i] as number);
    squares[i] = detail * detail;
  }
  return squares;
}

function squared(map: Int32Array): Float64Array {
  const squares = new Float64Array(map.length);
  for (let i = 0; i < squares.length; i++) {
    const value = map[i] as number;
    squares[i] = value * value;
  }
  return squares;
}

function localMaxima(
  strength: Float32Array,
  width: number,
  height: number,
  core: Rectangle,
  apart: number,
): Candidate[] {
  const found: Candidate[] = [];
  for (let y = core.y; y < core.y + core.height; y++) {
    for (let x = core.x; x < core.x + core.width; x++) {
      const value = strength[y * width + x] as number;
      if (value >= STRENGTH && isMaximum(strength, width, height, x, y, apart)) {
        found.push({ x, y, strength: value });
      }
    }
  }
  return found;
}

/** Whether no place around is stronger; of equals the first in reading order is the maximum. */
function isMaximum(
  strength: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
  apart: number,
): boolean {
  const value = strength[y * width + x] as number;
  for (let ny = Math.max(0, y - apart); ny <= Math.min(height - 1, y + apart); ny++) {
    for (let nx = Math.max(0, x - apart); nx <= Math.min(width - 1, x + apart); nx++) {
      const other = strength[ny * width + nx] as number;
      const earlier = ny < y || (ny === y && nx < x);
      if (other > value || (other === value && earlier)) return false;
    }
  }
  return true;
}
