import type { FieldImage, FieldSummary } from "./result.ts";

const SQUARE_MICRONS_PER_MM2 = 1e6;

/**
 * Computes the area of a picture and the number of mitoses per mm². The area is that of the whole
 * picture, including empty glass.
 *
 * @param count Number of mitoses.
 *
 * @example
 * ```ts
 * import { summaryOf } from "./summary.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(summaryOf({ width: 1000, height: 1000, mpp: 0.25 }, 3), {
 *   count: 3,
 *   areaMm2: 0.0625,
 *   perMm2: 48,
 * });
 * ```
 */
export function summaryOf(
  { width, height, mpp }: Pick<FieldImage, "width" | "height" | "mpp">,
  count: number,
): FieldSummary {
  const areaMm2 = width * height * mpp * mpp / SQUARE_MICRONS_PER_MM2;
  return { count, areaMm2: round(areaMm2), perMm2: round(count / areaMm2) };
}

/** Rounds to four significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
