import type { Point } from "../image/region.ts";
import {
  countAt,
  countAtEveryProbability,
  type Counts,
  type OperatingPoint,
  operatingPoint,
  type ScoredExample,
} from "./precision_recall.ts";

/** The detections in a field, and its annotated mitoses. */
export interface FieldDetections {
  /** Detections after non-maximum suppression, including those below the threshold. */
  readonly detections: readonly (Point & { readonly probability: number })[];
  /** Centers of the annotated mitoses. */
  readonly mitoses: readonly Point[];
  /** Area in which detections and mitoses count. */
  readonly areaMm2: number;
}

/** A field whose detections are matched with its annotated mitoses. */
export interface MatchedField {
  /** Each detection, and whether it matches a mitosis. */
  readonly detections: readonly ScoredExample[];
  /** Number of annotated mitoses. */
  readonly mitoses: number;
  readonly areaMm2: number;
}

/** An {@linkcode OperatingPoint} with the rate of false positives by area. */
export interface FieldOperatingPoint extends OperatingPoint {
  readonly falsePositivesPerMm2: number;
}

/**
 * Matches detections with annotated mitoses, from the most probable detection to the least. A
 * detection matches the nearest mitosis within `hitDistance` that no earlier detection has matched.
 * A detection without a match is a false positive.
 *
 * Matches before anything is left out, so that a pair on both sides of a border is neither a miss nor a
 * false positive: a matched detection counts where its mitosis does.
 *
 * @param hitDistance In pixels.
 * @param isIncluded Whether a mitosis, or a detection without a match, counts at a point. By default, all do.
 *
 * @example
 * ```ts
 * import { matchDetections } from "./field_metrics.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const mitoses = [{ x: 100, y: 100 }];
 * const detections = [{ x: 90, y: 100, probability: 0.6 }, { x: 105, y: 100, probability: 0.9 }];
 * deepEqual(matchDetections({ mitoses, detections, areaMm2: 1 }, 30).detections, [
 *   { probability: 0.9, isMitosis: true },
 *   { probability: 0.6, isMitosis: false },
 * ]);
 * ```
 */
export function matchDetections(
  { detections, mitoses, areaMm2 }: FieldDetections,
  hitDistance: number,
  isIncluded: (point: Point) => boolean = () => true,
): MatchedField {
  const unmatched = new Set(mitoses);
  const sorted = [...detections].sort((a, b) => b.probability - a.probability);
  const matched = sorted.flatMap((detection) => {
    const distance = ({ x, y }: Point) => Math.hypot(x - detection.x, y - detection.y);
    let nearest: Point | undefined;
    for (const mitosis of unmatched) {
      if (distance(mitosis) > hitDistance) continue;
      if (nearest === undefined || distance(mitosis) < distance(nearest)) nearest = mitosis;
    }
    if (nearest !== undefined) unmatched.delete(nearest);
    const example = { probability: detection.probability, isMitosis: nearest !== undefined };
    return isIncluded(nearest ?? detection) ? [example] : [];
  });
  return { detections: matched, mitoses: mitoses.filter(isIncluded).length, areaMm2 };
}

/** Computes the operating point at each probability that occurs, from the highest to the lowest. */
export function fieldOperatingPoints(fields: readonly MatchedField[]): FieldOperatingPoint[] {
  const totals = totalsOf(fields);
  return countAtEveryProbability(fields.flatMap(({ detections }) => detections))
    .map((counts) => pointOf(counts, totals));
}

/** Computes the operating point at a threshold. */
export function fieldOperatingPointAt(
  threshold: number,
  fields: readonly MatchedField[],
): FieldOperatingPoint {
  const counts = countAt(threshold, fields.flatMap(({ detections }) => detections));
  return pointOf(counts, totalsOf(fields));
}

/**
 * Returns the operating point with the largest F1. Of several with the same F1, returns the one
 * with the highest threshold. Returns undefined if there are no detections.
 */
export function bestOperatingPoint(
  points: readonly FieldOperatingPoint[],
): FieldOperatingPoint | undefined {
  let best: FieldOperatingPoint | undefined;
  for (const point of points) if (best === undefined || point.f1 > best.f1) best = point;
  return best;
}

/**
 * Computes the 95 % percentile interval of a metric by bootstrap (B. Efron, Ann. Stat. 7 (1979)
 * 1-26). Resamples whole fields, because the mitoses of one field are not independent.
 *
 * @param metric Computes the metric of some fields.
 * @param random Returns random numbers from 0 (inclusive) to 1 (exclusive).
 * @param draws Number of bootstrap samples.
 */
export function bootstrapInterval(
  fields: readonly MatchedField[],
  metric: (fields: readonly MatchedField[]) => number,
  random: () => number,
  draws = 2000,
): [low: number, high: number] {
  const values = Array.from({ length: draws }, () => {
    const sample = fields.map(() => fields[Math.floor(random() * fields.length)])
      .filter((field) => field !== undefined);
    return metric(sample);
  }).sort((a, b) => a - b);
  const quantile = (share: number) => values[Math.floor(share * (draws - 1))] ?? NaN;
  return [quantile(0.025), quantile(0.975)];
}

/** Number of annotated mitoses and area of all fields together. */
type Totals = Pick<MatchedField, "mitoses" | "areaMm2">;

function totalsOf(fields: readonly MatchedField[]): Totals {
  return {
    mitoses: fields.reduce((sum, field) => sum + field.mitoses, 0),
    areaMm2: fields.reduce((sum, field) => sum + field.areaMm2, 0),
  };
}

function pointOf(counts: Counts, { mitoses, areaMm2 }: Totals): FieldOperatingPoint {
  return {
    ...operatingPoint(counts, mitoses),
    falsePositivesPerMm2: areaMm2 === 0 ? 0 : counts.falsePositives / areaMm2,
  };
}
