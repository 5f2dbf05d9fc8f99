/** A lower and an upper bound. */
export type Interval = readonly [low: number, high: number];

/** Probability below the interval, and probability above it. The remaining 95 % lie inside. */
const TAIL = 0.025;

/** Steps of the bisection that finds a bound; enough for all digits of a number. */
const HALVINGS = 60;

/**
 * Returns the exact 95 % interval of a Poisson mean, from one count: F. Garwood, Fiducial limits for the
 * Poisson distribution, Biometrika 28 (1936) 437-442. It says how far the count could differ in another
 * part of an equally active tumor. It does not say how often the model errs.
 *
 * @param count A whole number, 0 or more.
 *
 * @example
 * ```ts
 * import { countInterval } from "./count_interval.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(countInterval(10).map((bound) => bound.toFixed(2)), ["4.80", "18.39"]);
 * ```
 */
export function countInterval(count: number): Interval {
  const highest = count + 10 * Math.sqrt(count) + 20;
  const solve = (isTooLow: (mean: number) => boolean) => {
    let [low, high] = [0, highest];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (isTooLow(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  const low = count === 0 ? 0 : solve((mean) => 1 - poissonUpTo(count - 1, mean) < TAIL);
  return [low, solve((mean) => poissonUpTo(count, mean) > TAIL)];
}

/** Returns the probability that a Poisson variable is at most `count`. */
function poissonUpTo(count: number, mean: number): number {
  // Adds the terms from `count` down to 0, until they are too small to matter.
  let logTerm = -mean;
  for (let k = 1; k <= count; k++) logTerm += Math.log(mean / k);
  let sum = 0;
  for (let k = count; k >= 0; k--) {
    const term = Math.exp(logTerm);
    sum += term;
    if (k < mean && term < sum * 1e-17) break;
    logTerm -= Math.log(mean / k);
  }
  return sum;
}
