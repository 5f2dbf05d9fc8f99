/** A point in a picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangular part of a picture, in whole pixels; `x` and `y` are its upper left corner. */
export interface Region extends Point, Size {}

/**
 * Enlarges a region by `margin` pixels on each side, but not beyond the border of the picture.
 *
 * @example
 * ```ts
 * import { expandRegion } from "./region.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const tile = { x: 0, y: 512, width: 512, height: 512 };
 * deepEqual(expandRegion(tile, 50, { width: 2000, height: 1000 }), {
 *   x: 0,
 *   y: 462,
 *   width: 562,
 *   height: 538,
 * });
 * ```
 */
export function expandRegion(
  { x, y, width, height }: Region,
  margin: number,
  picture: Size,
): Region {
  const left = Math.max(0, x - margin);
  const top = Math.max(0, y - margin);
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, x + width + margin) - left,
    height: Math.min(picture.height, y + height + margin) - top,
  };
}
