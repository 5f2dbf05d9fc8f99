import type { Region, Size } from "./region.ts";

/**
 * Side of a tile in pixels. It is small enough to bound memory and to give the network work soon, and
 * large enough that the margins around tiles take little time.
 */
export const TILE_SIDE = 512;

/**
 * Divides a picture into tiles that do not overlap, row by row. Tiles at the right and lower border are
 * smaller.
 *
 * @example
 * ```ts
 * import { tilesOf } from "./tiles.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(tilesOf({ width: 1500, height: 1000 }, 1024), [
 *   { x: 0, y: 0, width: 1024, height: 1000 },
 *   { x: 1024, y: 0, width: 476, height: 1000 },
 * ]);
 * ```
 */
export function tilesOf({ width, height }: Size, side = TILE_SIDE): Region[] {
  const tiles: Region[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      tiles.push({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) });
    }
  }
  return tiles;
}
