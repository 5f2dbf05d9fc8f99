/** A scale bar of a round length. */
export interface ScaleBar {
  /** The length that the bar stands for. */
  readonly micrometers: number;
  /** The length with its unit, to write beside the bar. */
  readonly label: string;
  /** Width of the bar, in pixels of the screen or picture. */
  readonly pixels: number;
}

/** Maximum share of the width that a scale bar takes. */
const MAX_SHARE = 1 / 4;

/**
 * Chooses the length of a scale bar: the longest of … 0.5, 1, 2, 5, 10, 20, 50 … micrometers that
 * takes at most a quarter of the width.
 *
 * @param mpp Micrometers per pixel of the screen or picture.
 * @param width Width of the screen or picture, in pixels.
 *
 * @example
 * ```ts
 * import { chooseScaleBar } from "./scale_bar.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * // A quarter of 400 px is 100 px, which are 25 µm.
 * deepEqual(chooseScaleBar(0.25, 400), { micrometers: 20, label: "20 µm", pixels: 80 });
 * ```
 */
export function chooseScaleBar(mpp: number, width: number): ScaleBar {
  const longest = mpp * width * MAX_SHARE;
  const decade = 10 ** Math.floor(Math.log10(longest));
  const factor = longest >= 5 * decade ? 5 : longest >= 2 * decade ? 2 : 1;
  const micrometers = Number((factor * decade).toPrecision(1));
  const label = micrometers >= 1000 ? `${micrometers / 1000} mm` : `${micrometers} µm`;
  return { micrometers, label, pixels: micrometers / mpp };
}
