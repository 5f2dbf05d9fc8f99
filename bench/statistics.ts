/**
 * Returns the median, the mean of the two middle values if their number is even; NaN for no values.
 *
 * @example
 * ```ts
 * import { median } from "./statistics.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(median([3, 1, 2, 10]), 2.5);
 * ```
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/**
 * Returns a quantile, without interpolation; NaN for no values.
 *
 * @param share Share of the values below the quantile, 0 to 1.
 *
 * @example
 * ```ts
 * import { quantile } from "./statistics.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(quantile([4, 1, 3, 2], 0.5), 3);
 * ```
 */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}
