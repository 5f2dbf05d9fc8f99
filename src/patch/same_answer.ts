/** By how much, relative to the larger, two ways to one answer may differ: float32 sums in another order. */
const TOLERANCE = 1e-3;

/** Whether two probabilities, found in different ways, are the same answer; NaN is none. */
export function isSameAnswer(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
}
