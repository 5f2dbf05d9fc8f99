/**
 * The middle of some measurements; NaN for none.
 *
 * @example
 * ```ts
 * import { median } from "./median.ts";
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
