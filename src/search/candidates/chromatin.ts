import type { RgbImage } from "../../image/rgb_image.ts";
import { BoxSums } from "./box_sums.ts";
import type { ScratchBuffers } from "./scratch_buffers.ts";
import { DENSITY_STEPS, hematoxylin, MAX_DENSITY } from "./stain.ts";
import type { Region } from "../../image/region.ts";

/** Half the sides of square boxes, in micrometers. */
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
} as const;

/** Granularity counts this much beside density. */
const GRANULARITY_WEIGHT = 5;

/** Optical density that is added to the local deviation, so that noise on glass is no structure. */
const NOISE = 0.05 * DENSITY_STEPS;

/** Root of the largest int32. */
const MAX_ROOT = 46_340;

/**
 * The chromatin in a part of a picture. What all mitoses show is more hematoxylin than around them, as
 * a clump (metaphase, anaphase, telophase) or as granules and threads (prophase).
 *
 * All is computed from exact sums, so that a cell gives the same wherever the part begins. What is said
 * of a place depends on 9 um around it, and these have to lie inside the part.
 */
export class Chromatin {
  readonly #radius: Readonly<Record<keyof typeof HALF_SIDES, number>>;
  /** What sums of boxes are multiplied with: one over their area, and what they were scaled down by. */
  readonly #per: { readonly clump: number; readonly pool: number; readonly surroundings: number };
  readonly #squareStep: number;
  readonly #density: BoxSums;
  readonly #squares: BoxSums;
  readonly #clumps: BoxSums;
  readonly #granules: BoxSums;

  /**
   * @param mpp Resolution of the picture, 0.15 or coarser: finer, sums do not fit int32.
   * @param part Of the picture; beyond the border the outermost pixel is repeated. Places are counted
   * from its upper left corner.
   * @param memory Of the part before, which cannot be asked any more then.
   */
  constructor(image: RgbImage, mpp: number, part: Region, memory: ScratchBuffers) {
    const radiusOf = (microns: number) => Math.max(1, Math.round(microns / mpp));
    const radius = {
      clump: radiusOf(HALF_SIDES.clump),
      granule: radiusOf(HALF_SIDES.granule),
      band: radiusOf(HALF_SIDES.band),
      pool: radiusOf(HALF_SIDES.pool),
      surroundings: radiusOf(HALF_SIDES.surroundings),
    };
    const { width, height } = part;
    const squareStep = stepFor(radius.surroundings);
    const detailStep = stepFor(radius.pool);
    this.#radius = radius;
    this.#per = {
      clump: 1 / area(radius.clump) ** 2,
      pool: detailStep ** 2 / area(radius.pool),
      surroundings: 1 / area(radius.surroundings),
    };
    this.#squareStep = squareStep;
    const sumsOf = (name: string) =>
      new BoxSums(width, height, (length) => memory.take(name, length));
    this.#density = sumsOf("density");
    this.#squares = sumsOf("squares");
    this.#clumps = sumsOf("clumps");
    this.#granules = sumsOf("granules");
    const [row, wide] = [new Int32Array(width), new Int32Array(width)];
    for (let y = 0; y < height; y++) {
      hematoxylin(image, part.x, part.y + y, row);
      this.#density.add(row);
      square(row, squareStep);
      this.#squares.add(row);
    }
    // Nearer to the border nothing is asked, and so nothing has to be known of clumps and granules.
    const known = radius.surroundings - Math.max(radius.clump, radius.pool);
    const edge = Math.max(known, radius.clump, radius.band);
    const isAsked = (y: number) => y >= edge && y < height - edge;
    const none = new Int32Array(width);
    row.fill(0);
    for (let y = 0; y < height; y++) {
      if (isAsked(y)) this.#density.fillRow(y, radius.clump, row, edge);
      this.#clumps.add(isAsked(y) ? row : none);
    }
    for (let y = 0; y < height; y++) {
      if (isAsked(y)) {
        this.#density.fillRow(y, radius.granule, row, edge);
        this.#density.fillRow(y, radius.band, wide, edge);
        squareDetail(row, radius.granule, wide, radius.band, detailStep, edge);
      }
      this.#granules.add(isAsked(y) ? row : none);
    }
  }

  /** Hematoxylin in a clump's size around a place. */
  clumpAt(x: number, y: number): number {
    return this.#clumps.around(x, y, this.#radius.clump);
  }

  /**
   * How much a place looks like condensed chromatin, in local standard deviations: `(m - M) / S +
   * 5 * g / S`, where `m` is the hematoxylin in a clump's size, `M` and `S` its mean and standard
   * deviation in 18 um around, `g` the root mean square of its detail of 0.75 to 2 um. Both are relative
   * to the surroundings, so that a pale slide and a dark one give the same.
   */
  strengthAt(x: number, y: number): number {
    const { pool, surroundings } = this.#radius;
    const per = this.#per;
    const mean = this.#density.around(x, y, surroundings) * per.surroundings;
    const square = this.#squares.around(x, y, surroundings) * per.surroundings *
      this.#squareStep ** 2;
    const deviation = Math.sqrt(Math.max(0, square - mean * mean)) + NOISE;
    const excess = this.clumpAt(x, y) * per.clump - mean;
    const granularity = Math.sqrt(this.#granules.around(x, y, pool) * per.pool);
    return (excess + GRANULARITY_WEIGHT * granularity) / deviation;
  }

  /** {@linkcode strengthAt} from a place on to the right, at every `step` pixels. */
  fillStrength(x: number, y: number, step: number, strength: Float32Array): void {
    for (let i = 0; i < strength.length; i++) strength[i] = this.strengthAt(x + i * step, y);
  }
}

function area(radius: number): number {
  return (2 * radius + 1) ** 2;
}

/** In which steps densities are squared, so that the sum of the squares over a box fits int32. */
function stepFor(radius: number): number {
  return Math.ceil(MAX_DENSITY * (2 * radius + 1) / MAX_ROOT);
}

/** Squares densities, in whole steps. */
function square(row: Int32Array, step: number): void {
  const perStep = 1 / step;
  for (let x = 0; x < row.length; x++) {
    const whole = ((row[x] as number) * perStep) | 0;
    row[x] = whole * whole;
  }
}

/**
 * Leaves of the sums of small boxes the square of what their mean has more than that of larger ones, in
 * whole steps, but for `edge` on either side.
 */
function squareDetail(
  sums: Int32Array,
  radius: number,
  wide: Int32Array,
  wideRadius: number,
  step: number,
  edge: number,
): void {
  const per = 1 / (area(radius) * step);
  const perWide = 1 / (area(wideRadius) * step);
  const most = Math.trunc(MAX_DENSITY / step);
  for (let x = edge; x < sums.length - edge; x++) {
    const detail = ((sums[x] as number) * per - (wide[x] as number) * perWide) | 0;
    const whole = Math.min(most, Math.max(-most, detail));
    sums[x] = whole * whole;
  }
}
