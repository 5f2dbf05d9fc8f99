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
   * Returns where a tile is stored, in parts that {@linkcode TileLevel.decode} takes in this order;
   * `undefined` where the format says that the tile is empty, which is white.
   *
   * @throws {Problem} `image_truncated`, `image_corrupt` where the tile is missing.
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

/** A slide as the reader of its format opens it. */
export interface Pyramid {
  /** Micrometers per pixel that the file states; undefined where it states none. */
  readonly mpp: number | undefined;
  /** Format and compression for people. */
  readonly format: string;
  /** From the largest to the smallest, at least one. */
  readonly levels: readonly TileLevel[];
  /**
   * Offset and length of all tiles in their files. `Slide.identity` has a checksum of these numbers,
   * which tells slides apart.
   */
  readonly tileRanges: readonly (readonly number[])[];
}

/** How a writer may have rounded the sides of a level: down, up, or to the nearest pixel. */
const ROUNDINGS = [Math.floor, Math.ceil, Math.round];

/**
 * Returns how many pixels at full resolution a pixel of a level stands for. Where the sizes fit a whole
 * number it is that number, since the sizes of levels are rounded and their pixels are not.
 *
 * @returns `undefined` if the sides have other proportions: the level then shows another part of the slide.
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
