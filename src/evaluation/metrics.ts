/** One scored example: what was said, and what is true. */
export interface Scored {
  /** 0 to 1, or any number that is larger the surer the model is. */
  readonly probability: number;
  readonly isMitosis: boolean;
}

/** Counts at one threshold, and the rates that follow from them. */
export interface Point {
  /** An example is called a mitosis from here on. */
  readonly threshold: number;
  /** Share of the mitoses that were found (recall, true positive rate), 0 to 1. */
  readonly sensitivity: number;
  /** Share of the others that were called mitoses, 0 to 1. */
  readonly falsePositiveRate: number;
  /** Share of true mitoses in what was called one; 1 where nothing was. */
  readonly precision: number;
  /** Harmonic mean of precision and sensitivity. */
  readonly f1: number;
}

/** The rates when everything from `threshold` on is called a mitosis. */
export function pointAt(threshold: number, scored: readonly Scored[]): Point {
  const called = scored.filter(({ probability }) => probability >= threshold);
  const found = called.filter(({ isMitosis }) => isMitosis).length;
  const mitoses = scored.filter(({ isMitosis }) => isMitosis).length;
  return pointOf(threshold, found, called.length - found, mitoses, scored.length - mitoses);
}

/**
 * The rates at every threshold at which they change, from the strictest to the laxest: the points of
 * the ROC curve and of the precision-recall curve.
 */
export function curve(scored: readonly Scored[]): Point[] {
  const sorted = [...scored].sort((a, b) => b.probability - a.probability);
  const mitoses = sorted.filter(({ isMitosis }) => isMitosis).length;
  const others = sorted.length - mitoses;
  const points: Point[] = [pointOf(Infinity, 0, 0, mitoses, others)];
  let found = 0;
  sorted.forEach(({ probability, isMitosis }, i) => {
    if (isMitosis) found++;
    const isLastOfTie = sorted[i + 1]?.probability !== probability;
    if (isLastOfTie) points.push(pointOf(probability, found, i + 1 - found, mitoses, others));
  });
  return points;
}

/**
 * Area under the ROC curve: how often a mitosis is scored above another example, ties counting half.
 *
 * @example
 * ```ts
 * import { auc, curve } from "./metrics.ts";
 * import { equal } from "node:assert/strict";
 *
 * const scored = [
 *   { probability: 0.9, isMitosis: true },
 *   { probability: 0.4, isMitosis: false },
 *   { probability: 0.4, isMitosis: true },
 * ];
 * equal(auc(curve(scored)), 0.75);
 * ```
 */
export function auc(points: readonly Point[]): number {
  return sumOver(
    points,
    (a, b) => (b.falsePositiveRate - a.falsePositiveRate) * (a.sensitivity + b.sensitivity) / 2,
  );
}

/**
 * Average precision: the precision at each threshold, weighted by the sensitivity it adds. The step
 * sum, without interpolation (as in scikit-learn's `average_precision_score`).
 */
export function averagePrecision(points: readonly Point[]): number {
  return sumOver(points, (a, b) => (b.sensitivity - a.sensitivity) * b.precision);
}

function pointOf(
  threshold: number,
  found: number,
  wrong: number,
  mitoses: number,
  others: number,
): Point {
  return {
    threshold,
    sensitivity: mitoses === 0 ? 0 : found / mitoses,
    falsePositiveRate: others === 0 ? 0 : wrong / others,
    precision: found + wrong === 0 ? 1 : found / (found + wrong),
    f1: 2 * found / (found + wrong + mitoses || 1),
  };
}

function sumOver(points: readonly Point[], step: (a: Point, b: Point) => number): number {
  let sum = 0;
  for (const [i, b] of points.entries()) {
    const a = points[i - 1];
    if (a !== undefined) sum += step(a, b);
  }
  return sum;
}
