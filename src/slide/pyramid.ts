import type { Size } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { ByteRange, ByteSource } from "./bytes/byte_source.ts";

/** One resolution of a slide, in tiles that are numbered row by row from 0. */
export interface TileLevel {
  readonly width: number;
  readonly height: number;
  /** Pixels at full resolution per pixel of the level, along one axis; at least 1. */
  readonly downsample: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /**
   * Returns where the parts of a tile are stored, in the order in which {@linkcode TileLevel.decode} takes
   * them. Returns `undefined` if the format says that the tile is empty; it is then white.
   *
   * @throws {Problem} `image_truncated`, `image_corrupt` if the tile is missing.
   */
  partsOf(tile: number): readonly TilePart[] | undefined;
  /**
   * Decodes a tile to `tileWidth` x `tileHeight` pixels.
   *
   * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`, `image_bomb`.
   */
  decode(tile: number, parts: readonly Uint8Array[]): Promise<RgbImage>;
}

/** A part of a tile in one of the files of a slide. */
export interface TilePart extends ByteRange {
  readonly source: ByteSource;
}

/** The levels of a slide. Each format has a reader that returns them. */
export interface Pyramid {
  /** Micrometers per pixel that the file states; undefined if it states none. */
  readonly mpp: number | undefined;
  /** Format and compression, to be shown to people. */
  readonly format: string;
  /** From the largest to the smallest, at least one. */
  readonly levels: readonly TileLevel[];
  /**
   * Offset and length of all tiles in their files. `Slide.identity` has a checksum of these numbers.
   */
  readonly tileRanges: readonly (readonly number[])[];
}

/** How a writer may have rounded the sides of a level: down, up, or to the nearest pixel. */
const ROUNDINGS = [Math.floor, Math.ceil, Math.round];

/**
 * Returns the number of pixels at full resolution per pixel of a level, along one axis. Returns a whole
 * number if the sizes fit one, because writers round the sizes of levels.
 *
 * @returns `undefined` if the proportions differ: the level then shows another part of the slide.
 *
 * @example
 * ```ts
 * import { downsampleOf } from "./pyramid.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(downsampleOf({ width: 4443, height: 3567 }, { width: 2221, height: 1783 }), 2);
 * equal(downsampleOf({ width: 4443, height: 3567 }, { width: 1280, height: 431 }), undefined);
 * ```
 */
export function downsampleOf(full: Size, level: Size): number | undefined {
  const across = full.width / level.width;
  const down = full.height / level.height;
  const whole = Math.round(Math.max(1, Math.min(across, down)));
  for (const candidate of [whole, whole + 1]) {
    const fits = (long: number, short: number) =>
      ROUNDINGS.some((round) => Math.max(1, round(long / candidate)) === short);
    if (fits(full.width, level.width) && fits(full.height, level.height)) return candidate;
  }
  const downsample = (across + down) / 2;
  // Up to two pixels may be lost or added on each side.
  const near = (long: number, short: number) => Math.abs(long / downsample - short) <= 2;
  const isLevel = downsample >= 1 && near(full.width, level.width) &&
    near(full.height, level.height);
  return isLevel ? downsample : undefined;
}
