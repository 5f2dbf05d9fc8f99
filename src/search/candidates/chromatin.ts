import type { Region } from "../../image/region.ts";
import type { RgbImage } from "../../image/rgb_image.ts";
import { BoxSums } from "./box_sums.ts";
import type { ScratchBuffers } from "./scratch_buffers.ts";
import { DENSITY_STEPS, hematoxylin, MAX_DENSITY } from "./stain.ts";

/** Half the sides of square boxes, in micrometers. */
const HALF_SIDES_UM = {
  /** Smooths to the size of a metaphase plate or a clump; applied twice. */
  clump: 2,
  /** The detail that counts as granules is the mean over this box less the mean over the next. */
  granule: 0.25,
  granuleBackground: 1,
  /** Granules are averaged over this box. */
  pool: 2.5,
  /** The surroundings that a point is compared with. */
  surroundings: 8.75,
} as const;

/** The weight of granularity beside density. */
const GRANULARITY_WEIGHT = 5;

/** Optical density that is added to the local deviation, so that noise on glass does not count. */
const NOISE = 0.05 * DENSITY_STEPS;

/** The largest number whose square fits int32. */
const MAX_ROOT = 46_340;

/**
 * The chromatin in a region of a picture. A mitosis shows more hematoxylin than its surroundings: as a
 * clump (metaphase, anaphase, telophase) or as granules and threads (prophase).
 *
 * Everything is computed from exact sums of whole numbers, so a cell has the same values wherever the
 * region begins. The values of a point depend on 9 um around it, which must lie inside the region.
 */
export class Chromatin {
  readonly #radius: Readonly<Record<keyof typeof HALF_SIDES_UM, number>>;
  /** Factors from the sum over a box to its mean. */
  readonly #toMean: {
    readonly clump: number;
    readonly pool: number;
    readonly surroundings: number;
  };
  readonly #squareStep: number;
  readonly #density: BoxSums;
  readonly #squares: BoxSums;
  readonly #clumps: BoxSums;
  readonly #granules: BoxSums;

  /**
   * @param mpp Resolution in micrometers per pixel, 0.15 or coarser. With a finer one sums would not fit
   * int32.
   * @param region Of the picture; it may reach beyond the border, where the outermost pixel is repeated.
   * Points are counted from its upper left corner.
   * @param buffers Their former user, an earlier instance, cannot be used any more.
   */
  constructor(image: RgbImage, mpp: number, region: Region, buffers: ScratchBuffers) {
    const toRadius = (microns: number) => Math.max(1, Math.round(microns / mpp));
    const radius = {
      clump: toRadius(HALF_SIDES_UM.clump),
      granule: toRadius(HALF_SIDES_UM.granule),
      granuleBackground: toRadius(HALF_SIDES_UM.granuleBackground),
      pool: toRadius(HALF_SIDES_UM.pool),
      surroundings: toRadius(HALF_SIDES_UM.surroundings),
    };
    const { width, height } = region;
    const squareStep = stepForSquares(radius.surroundings);
    const detailStep = stepForSquares(radius.pool);
    this.#radius = radius;
    this.#toMean = {
      clump: 1 / area(radius.clump) ** 2,
      pool: detailStep ** 2 / area(radius.pool),
      surroundings: 1 / area(radius.surroundings),
    };
    this.#squareStep = squareStep;
    const sumsOf = (name: string) =>
      new BoxSums(width, height, (length) => buffers.take(name, length));
    this.#density = sumsOf("density");
    this.#squares = sumsOf("squares");
    this.#clumps = sumsOf("clumps");
    this.#granules = sumsOf("granules");
    const [row, background] = [new Int32Array(width), new Int32Array(width)];
    for (let y = 0; y < height; y++) {
      hematoxylin(image, region.x, region.y + y, row);
      this.#density.addRow(row);
      square(row, squareStep);
      this.#squares.addRow(row);
    }
    // No value is asked for nearer to the border, so clumps and granules stay 0 there.
    const margin = radius.surroundings - Math.max(radius.clump, radius.pool);
    const edge = Math.max(margin, radius.clump, radius.granuleBackground);
    const isNeeded = (y: number) => y >= edge && y < height - edge;
    const zeros = new Int32Array(width);
    row.fill(0);
    for (let y = 0; y < height; y++) {
      if (isNeeded(y)) this.#density.fillRow(y, radius.clump, row, edge);
      this.#clumps.addRow(isNeeded(y) ? row : zeros);
    }
    for (let y = 0; y < height; y++) {
      if (isNeeded(y)) {
        this.#density.fillRow(y, radius.granule, row, edge);
        this.#density.fillRow(y, radius.granuleBackground, background, edge);
        squareDetail(row, radius.granule, background, radius.granuleBackground, detailStep, edge);
      }
      this.#granules.addRow(isNeeded(y) ? row : zeros);
    }
  }

  /** Returns the hematoxylin around a point, smoothed to the size of a clump; a sum without a unit. */
  clumpAt(x: number, y: number): number {
    return this.#clumps.sumAround(x, y, this.#radius.clump);
  }

  /**
   * Returns how much a point looks like condensed chromatin, in local standard deviations: `(m - M) / S +
   * 5 * g / S`. Here `m` is the hematoxylin smoothed to the size of a clump, `M` and `S` are its mean and
   * standard deviation in the 18 um around, and `g` is the root mean square of its detail of 0.75 to 2 um.
   * Both terms are relative to the surroundings, so a pale slide and a dark one give the same.
   */
  strengthAt(x: number, y: number): number {
    const { pool, surroundings } = this.#radius;
    const toMean = this.#toMean;
    const mean = this.#density.sumAround(x, y, surroundings) * toMean.surroundings;
    const meanSquare = this.#squares.sumAround(x, y, surroundings) * toMean.surroundings *
      this.#squareStep ** 2;
    const deviation = Math.sqrt(Math.max(0, meanSquare - mean * mean)) + NOISE;
    const excess = this.clumpAt(x, y) * toMean.clump - mean;
    const granularity = Math.sqrt(this.#granules.sumAround(x, y, pool) * toMean.pool);
    return (excess + GRANULARITY_WEIGHT * granularity) / deviation;
  }

  /** Fills a row with {@linkcode strengthAt} of a point and of others to its right, `step` pixels apart. */
  fillStrength(x: number, y: number, step: number, strength: Float32Array): void {
    for (let i = 0; i < strength.length; i++) strength[i] = this.strengthAt(x + i * step, y);
  }
}

function area(radius: number): number {
  return (2 * radius + 1) ** 2;
}

/** Returns the unit in which densities are squared, so that the sum of squares over a box fits int32. */
function stepForSquares(radius: number): number {
  return Math.ceil(MAX_DENSITY * (2 * radius + 1) / MAX_ROOT);
}

/** Replaces densities by their squares, in whole steps. */
function square(row: Int32Array, step: number): void {
  const perStep = 1 / step;
  for (let x = 0; x < row.length; x++) {
    const steps = ((row[x] as number) * perStep) | 0;
    row[x] = steps * steps;
  }
}

/**
 * Replaces each sum over a small box by the square of its detail: the mean over the small box less the
 * mean over the large one, in whole steps. Leaves `edge` values at either end as they are.
 */
function squareDetail(
  sums: Int32Array,
  radius: number,
  backgroundSums: Int32Array,
  backgroundRadius: number,
  step: number,
  edge: number,
): void {
  const toSteps = 1 / (area(radius) * step);
  const backgroundToSteps = 1 / (area(backgroundRadius) * step);
  const maxDetail = Math.trunc(MAX_DENSITY / step);
  for (let x = edge; x < sums.length - edge; x++) {
    const mean = (sums[x] as number) * toSteps;
    const detail = (mean - (backgroundSums[x] as number) * backgroundToSteps) | 0;
    const steps = Math.min(maxDetail, Math.max(-maxDetail, detail));
    sums[x] = steps * steps;
  }
}
