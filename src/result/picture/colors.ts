/** A color: red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** The colors of detections everywhere: on the overlay, in QuPath and on the page. */
export const DETECTION_COLORS = {
  mitosis: [0, 200, 60],
  belowThreshold: [240, 180, 0],
} as const satisfies Record<string, Color>;

/** Color of the circle with the most mitoses. */
export const HOTSPOT_COLOR: Color = [220, 30, 30];

/** Color of the outline of tissue. */
export const TISSUE_COLOR: Color = [30, 90, 220];

/** Color of ink that a search leaves out. */
export const PEN_COLOR: Color = [120, 120, 120];

/**
 * Returns a color as CSS writes it.
 *
 * @example
 * ```ts
 * import { cssColor } from "./colors.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(cssColor([0, 200, 60]), "rgb(0 200 60)");
 * ```
 */
export function cssColor(color: Color): string {
  return `rgb(${color.join(" ")})`;
}
