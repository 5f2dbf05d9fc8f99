import type { ScoredExample } from "./precision_recall.ts";

/** A group of examples with similar probabilities. */
export interface CalibrationBin {
  /** Number of examples. */
  readonly count: number;
  /** Mean of their probabilities, 0 to 1. */
  readonly meanProbability: number;
  /** Share of mitoses among them, 0 to 1. */
  readonly mitosisShare: number;
}

/**
 * Groups examples by probability, 0 to 1, into bins of equal width. Leaves out empty bins.
 *
 * @param bins Number of bins.
 */
export function calibrationBins(examples: readonly ScoredExample[], bins = 10): CalibrationBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const inside = examples.filter(({ probability }) =>
      Math.min(bins - 1, Math.floor(probability * bins)) === i
    );
    const count = inside.length;
    const sum = inside.reduce((sum, { probability }) => sum + probability, 0);
    const mitoses = inside.filter(({ isMitosis }) => isMitosis).length;
    return { count, meanProbability: sum / count, mitosisShare: mitoses / count };
  }).filter(({ count }) => count > 0);
}

/**
 * Computes the expected calibration error, 0 to 1 (M. P. Naeini et al., AAAI 2015). It is the
 * difference between the mean probability of a bin and its share of mitoses, averaged over all bins
 * with the number of examples as weight. The error depends on the share of mitoses in the data set,
 * which usually differs from the share in a slide.
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
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, meanProbability, mitosisShare }) =>
      sum + count / total * Math.abs(meanProbability - mitosisShare),
    0,
  );
}
