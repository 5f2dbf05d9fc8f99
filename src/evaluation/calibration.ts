import type { Scored } from "./metrics.ts";

/** Examples of which the model said about the same. */
export interface CalibrationBin {
  readonly count: number;
  /** Mean probability that the model gave them, 0 to 1. */
  readonly said: number;
  /** Share of them that are mitoses, 0 to 1. */
  readonly true: number;
}

/** Reliability of probabilities, in bins of equal width; bins without examples are left out. */
export function calibrationBins(scored: readonly Scored[], bins = 10): CalibrationBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const inside = scored.filter(({ probability }) =>
      Math.min(bins - 1, Math.floor(probability * bins)) === i
    );
    const count = inside.length;
    const said = inside.reduce((sum, { probability }) => sum + probability, 0) / count;
    return { count, said, true: inside.filter(({ isMitosis }) => isMitosis).length / count };
  }).filter(({ count }) => count > 0);
}

/**
 * Expected calibration error, 0 to 1: how far what was said is from what is true, averaged over bins by
 * the examples in them (M. P. Naeini et al., AAAI 2015). It is of the mixture of mitoses and others that
 * was measured, which is rarely that of a slide.
 *
 * @example
 * ```ts
 * import { calibrationBins, calibrationError } from "./calibration.ts";
 * import { equal } from "node:assert/strict";
 *
 * const scored = [
 *   { probability: 0.75, isMitosis: true },
 *   { probability: 0.75, isMitosis: false },
 * ];
 * equal(calibrationError(calibrationBins(scored)), 0.25);
 * ```
 */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + bin.count / all * Math.abs(bin.said - bin.true), 0);
}
