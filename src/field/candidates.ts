import type { RgbImage } from "../image/rgb_image.ts";
import { boxSum } from "./box_sum.ts";
import { DENSITY_STEPS, haematoxylin } from "./stain.ts";

/** A place at which a mitosis may be, in pixels of the picture it was found in. */
export interface Candidate {
  readonly x: number;
  readonly y: number;
  /** How much it looks like condensed chromatin, in local standard deviations; no probability. */
  readonly strength: number;
}

/** Pixels around a place on which its candidacy depends; a tile needs as many around its core. */
export const CANDIDATE_REACH = 56;

/** Resolution at which the sizes below are meant, micrometres per pixel. */
export const CANDIDATE_MICRONS_PER_PIXEL = 0.25;

/** Half the side of the box that smooths to the size of a plate or a clump; applied twice. */
const CLUMP = 8;
/** Half the sides of the boxes whose difference passes granules, and of the one that pools them. */
const GRANULE = 1;
const BAND = 4;
const POOL = 10;
/** Half the side of the surroundings against which density is compared: 83 px, about 20 um. */
const SURROUNDINGS = 41;
/** One candidate in a square of this half side: 23 px, 6 um, the size of a nucleus. */
const APART = 11;
/** Granularity counts this much beside density. */
const GRANULARITY_WEIGHT = 5;
/** Optical density that is added to the local deviation, so that noise on glass is no structure. */
const NOISE = 0.05 * DENSITY_STEPS;
/** From here on a place is a candidate. */
const STRENGTH = 2.0;

/**
 * Proposes where mitoses may be. What all of them show is condensed chromatin: more haematoxylin
 * than its surroundings, as a clump (metaphase, anaphase, telophase) or as granules and threads
 * (prophase). So the strength of a place is `(m - M) / S + 5 * g / S`: `m` the haematoxylin in a clump's
 * size, `M` and `S` mean and standard deviation in 20 um around, `g` the root mean square of the
 * haematoxylin's detail of 0.75 to 2 um. Both are relative to the surroundings, so that a pale slide
 * and a dark one give the same. Local maxima from a fixed strength on are candidates: about 260 in a
 * million pixels of dense tumour, 60 to 150 in stroma, none on glass.
 *
 * All sums are exact, so that a candidate does not depend on where a tile begins.
 *
 * @param image At about {@linkcode CANDIDATE_MICRONS_PER_PIXEL}.
 * @param core Only places in this part of the picture; the whole where it is left out.
 */
export function findCandidates(
  image: RgbImage,
  core: Rectangle = { x: 0, y: 0, width: image.width, height: image.height },
): Candidate[] {
  return localMaxima(strengthMap(image), image.width, image.height, core);
}

/** A part of a picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Strength of each place, float32 `[height, width]`. */
function strengthMap(image: RgbImage): Float32Array {
  const { width, height } = image;
  const sum = (map: Int32Array | Float64Array, radius: number) =>
    boxSum(map, width, height, radius);
  const density = haematoxylin(image);
  const clump = sum(sum(density, CLUMP), CLUMP);
  const granules = sum(squaredDetail(sum(density, GRANULE), sum(density, BAND)), POOL);
  const mean = sum(density, SURROUNDINGS);
  const square = sum(squared(density), SURROUNDINGS);
  const strength = new Float32Array(width * height);
  for (let i = 0; i < strength.length; i++) {
    const m = (mean[i] as number) / area(SURROUNDINGS);
    const variance = (square[i] as number) / area(SURROUNDINGS) - m * m;
    const deviation = Math.sqrt(Math.max(0, variance)) + NOISE;
    const excess = (clump[i] as number) / area(CLUMP) ** 2 - m;
    const detail = Math.sqrt((granules[i] as number) / area(POOL)) / area(BAND);
    strength[i] = (excess + GRANULARITY_WEIGHT * detail) / deviation;
  }
  return strength;
}

function area(radius: number): number {
  return (2 * radius + 1) ** 2;
}

/** Square of the difference of two box means, times the square of the larger box's area: whole. */
function squaredDetail(fine: Float64Array, coarse: Float64Array): Float64Array {
  const ratio = area(BAND) / area(GRANULE);
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
): Candidate[] {
  const found: Candidate[] = [];
  for (let y = core.y; y < core.y + core.height; y++) {
    for (let x = core.x; x < core.x + core.width; x++) {
      const value = strength[y * width + x] as number;
      if (value >= STRENGTH && isMaximum(strength, width, height, x, y, value)) {
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
  value: number,
): boolean {
  for (let ny = Math.max(0, y - APART); ny <= Math.min(height - 1, y + APART); ny++) {
    for (let nx = Math.max(0, x - APART); nx <= Math.min(width - 1, x + APART); nx++) {
      const other = strength[ny * width + nx] as number;
      const earlier = ny < y || (ny === y && nx < x);
      if (other > value || (other === value && earlier)) return false;
    }
  }
  return true;
}
