import type { Region } from "../../image/region.ts";
import type { RgbImage } from "../../image/rgb_image.ts";
import { BoxSums } from "./box_sums.ts";
import type { ScratchBuffers } from "./scratch_buffers.ts";
import { DENSITY_STEPS, hematoxylin, MAX_DENSITY } from "./stain.ts";

/** Half the side of each square box over which values are averaged, in micrometers. */
const HALF_SIDES_UM = {
  /** Smooths the hematoxylin to the size of a clump, such as a metaphase plate; applied twice. */
  clump: 2,
  /** Granules are the mean over this box minus the mean over the box `granuleBackground`. */
  granule: 0.25,
  granuleBackground: 1,
  /** The squares of the granules are averaged over this box. */
  pool: 2.5,
  /** The surroundings that a point is compared with. */
  surroundings: 8.75,
} as const;

/** Weight of the granularity in the strength; density has the weight 1. */
const GRANULARITY_WEIGHT = 5;

/**
 * Added to the local standard deviation, so that noise on glass has no strength: an optical density
 * of 0.05.
 */
const NOISE = 0.05 * DENSITY_STEPS;

/** The largest number whose square fits int32. */
const MAX_ROOT = 46_340;

/**
 * Measures how much each point of a region looks like the chromatin of a mitosis. A mitosis shows
 * more hematoxylin than its surroundings: as a clump (metaphase, anaphase, telophase) or as
 * granules and threads (prophase).
 *
 * All sums are exact sums of whole numbers, so a cell has the same values wherever the region
 * begins. The values of a point depend on the pixels within 9 um across and down. These must lie
 * inside the region.
 */
export class Chromatin {
  /** {@linkcode HALF_SIDES_UM} in pixels, without the middle pixel. */
  readonly #radius: Readonly<Record<keyof typeof HALF_SIDES_UM, number>>;
  /** Factors that turn the sum over a box into its mean. */
  readonly #toMean: {
    readonly clump: number;
    readonly pool: number;
    readonly surroundings: number;
  };
  /** The unit of the densities in `#squares`. */
  readonly #squareStep: number;
  /** Sums of the hematoxylin. */
  readonly #density: BoxSums;
  /** Sums of the squares of the hematoxylin. */
  readonly #squares: BoxSums;
  /** Sums of the hematoxylin that was summed over the box `clump` already. */
  readonly #clumps: BoxSums;
  /** Sums of the squares of the granules. */
  readonly #granules: BoxSums;

  /**
   * @param mpp Resolution in micrometers per pixel, 0.15 or coarser. At a finer one, sums would not
   * fit int32.
   * @param region The region of the picture that is measured. It may reach beyond the border of the
   * picture, where the outermost pixel is repeated. The methods count `x` and `y` from its upper
   * left corner.
   * @param buffers Memory to work in. An earlier instance with the same buffers is no longer valid.
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
    // Clumps and granules within `edge` of the region's border are never read, so they stay 0.
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

  /**
   * Returns the hematoxylin at a point, smoothed to the size of a clump. It is a sum, which can
   * only be compared with that of other points.
   */
  clumpAt(x: number, y: number): number {
    return this.#clumps.sumAround(x, y, this.#radius.clump);
  }

  /**
   * Returns how much a point looks like condensed chromatin, in local standard deviations. The
   * strength is `(m - M) / S + 5 * g / S`. `m` is the hematoxylin smoothed to the size of a clump.
   * `M` and `S` are the mean and the standard deviation of the hematoxylin in a square of 18 um
   * around the point; `S` includes {@linkcode NOISE}. `g` is the root mean square of the
   * hematoxylin's detail of 0.75 to 2 um. Both terms are relative to the surroundings, so a pale
   * slide and a dark one give about the same.
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

  /**
   * Fills `strength` with {@linkcode strengthAt} of a point and of points every `step` pixels right
   * of it.
   */
  fillStrength(x: number, y: number, step: number, strength: Float32Array): void {
    for (let i = 0; i < strength.length; i++) strength[i] = this.strengthAt(x + i * step, y);
  }
}

/** Returns the number of pixels in a box. */
function area(radius: number): number {
  return (2 * radius + 1) ** 2;
}

/**
 * Returns the unit, in density steps, in which densities are squared, so that the sum of the
 * squares over a box fits int32.
 */
function stepForSquares(radius: number): number {
  return Math.ceil(MAX_DENSITY * (2 * radius + 1) / MAX_ROOT);
}

/** Replaces each density by its square, in whole units of `step` (rounded towards 0). */
function square(row: Int32Array, step: number): void {
  const perStep = 1 / step;
  for (let x = 0; x < row.length; x++) {
    const steps = ((row[x] as number) * perStep) | 0;
    row[x] = steps * steps;
  }
}

/**
 * Replaces each sum over a small box by the square of the detail there. The detail is the mean over
 * the small box minus the mean over the large box, in whole units of `step`. Leaves `edge` values
 * at either end as they are.
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
