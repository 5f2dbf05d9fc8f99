/** A length to draw, and what to write beside it. */
export interface ScaleBar {
  readonly microns: number;
  readonly label: string;
  /** In pixels of the screen or picture. */
  readonly pixels: number;
}

/**
 * The longest of 1, 2, 5, 10, 20, 50 … microns that fits.
 *
 * @param mpp Microns that one pixel of the screen or picture stands for.
 * @param most Pixels that there is room for.
 *
 * @example
 * ```ts
 * import { scaleBar } from "./scale_bar.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(scaleBar(0.25, 100), { microns: 20, label: "20 µm", pixels: 80 });
 * ```
 */
export function scaleBar(mpp: number, most: number): ScaleBar {
  const room = mpp * most;
  const decade = 10 ** Math.floor(Math.log10(room));
  const microns = (room >= 5 * decade ? 5 : room >= 2 * decade ? 2 : 1) * decade;
  const label = microns >= 1000 ? `${microns / 1000} mm` : `${microns} µm`;
  return { microns, label, pixels: microns / mpp };
}
