/** A part of a picture, in whole pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels across a tile's core: small enough that the network has work soon and memory is bounded, large
 * enough that margins cost little.
 */
export const TILE_SIDE = 512;

/** Tiles that are searched at a time: while the network runs over one, the next is prepared. */
export const TILES_AT_ONCE = 2;

/**
 * Cuts a field into tiles that do not overlap, row by row. What needs surroundings takes them with
 * {@linkcode grown}.
 *
 * @example
 * ```ts
 * import { tilesOf } from "./tiles.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(tilesOf(1500, 1000, 1024), [
 *   { x: 0, y: 0, width: 1024, height: 1000 },
 *   { x: 1024, y: 0, width: 476, height: 1000 },
 * ]);
 * ```
 */
export function tilesOf(width: number, height: number, side = TILE_SIDE): Rectangle[] {
  const tiles: Rectangle[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      tiles.push({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) });
    }
  }
  return tiles;
}

/** A rectangle with `margin` pixels more on each side, as far as the field of that size goes. */
export function grown(
  { x, y, width, height }: Rectangle,
  margin: number,
  field: { readonly width: number; readonly height: number },
): Rectangle {
  const left = Math.max(0, x - margin);
  const top = Math.max(0, y - margin);
  return {
    x: left,
    y: top,
    width: Math.min(field.width, x + width + margin) - left,
    height: Math.min(field.height, y + height + margin) - top,
  };
}
