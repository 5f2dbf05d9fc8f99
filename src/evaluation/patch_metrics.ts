import {
  countAt,
  countAtEveryProbability,
  type Counts,
  type OperatingPoint,
  operatingPoint,
  type ScoredExample,
} from "./precision_recall.ts";

/** An {@linkcode OperatingPoint} with the false-positive rate. */
export interface PatchOperatingPoint extends OperatingPoint {
  /** False positives divided by all patches without a mitosis, 0 to 1. */
  readonly falsePositiveRate: number;
}

/** Computes the operating point at a threshold. */
export function patchOperatingPointAt(
  threshold: number,
  patches: readonly ScoredExample[],
): PatchOperatingPoint {
  return pointOf(countAt(threshold, patches), totalsOf(patches));
}

/**
 * Computes the operating points at all thresholds, from the highest to the lowest. They are the
 * points of the ROC curve and of the precision-recall curve. The first one has the threshold
 * Infinity, at which nothing is called a mitosis.
 */
export function patchOperatingPoints(patches: readonly ScoredExample[]): PatchOperatingPoint[] {
  const none = { threshold: Infinity, truePositives: 0, falsePositives: 0 };
  const totals = totalsOf(patches);
  return [none, ...countAtEveryProbability(patches)].map((counts) => pointOf(counts, totals));
}

/**
 * Computes the area under the ROC curve, 0 to 1. It is the probability that a patch with a mitosis
 * is scored higher than one without; a tie counts half.
 *
 * @param points All operating points, from the highest threshold to the lowest.
 *
 * @example
 * ```ts
 * import { auc, patchOperatingPoints } from "./patch_metrics.ts";
 * import { equal } from "node:assert/strict";
 *
 * const scored = [
 *   { probability: 0.9, isMitosis: true },
 *   { probability: 0.4, isMitosis: false },
 *   { probability: 0.4, isMitosis: true },
 * ];
 * equal(auc(patchOperatingPoints(scored)), 0.75);
 * ```
 */
export function auc(points: readonly PatchOperatingPoint[]): number {
  let area = 0;
  for (const [i, right] of points.entries()) {
    const left = points[i - 1];
    if (left === undefined) continue;
    const width = right.falsePositiveRate - left.falsePositiveRate;
    area += width * (left.recall + right.recall) / 2;
  }
  return area;
}

/** Number of patches with a mitosis, and of those without. */
interface Totals {
  readonly mitoses: number;
  readonly others: number;
}

function totalsOf(patches: readonly ScoredExample[]): Totals {
  const mitoses = patches.filter(({ isMitosis }) => isMitosis).length;
  return { mitoses, others: patches.length - mitoses };
}

function pointOf(counts: Counts, { mitoses, others }: Totals): PatchOperatingPoint {
  return {
    ...operatingPoint(counts, mitoses),
    falsePositiveRate: others === 0 ? 0 : counts.falsePositives / others,
  };
}
