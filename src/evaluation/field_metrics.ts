/** A place, in pixels of a field. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** What was found in one field, and what there is. */
export interface FieldFindings {
  /** After suppression, with all that was kept below the threshold. */
  readonly detections: readonly (Place & { readonly probability: number })[];
  readonly mitoses: readonly Place[];
  readonly areaMm2: number;
}

/** A detection of which it is known whether it hit a mitosis. */
export interface JudgedDetection {
  readonly probability: number;
  readonly hit: boolean;
}

/** One field, judged. */
export interface JudgedField {
  readonly detections: readonly JudgedDetection[];
  readonly mitoses: number;
  readonly areaMm2: number;
}

/** How good detections are from one threshold on. */
export interface FieldPoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly falsePositivesPerMm2: number;
}

/**
 * Judges detections, from the most probable on: a hit is one within `reach` pixels of a mitosis that no
 * other has hit yet, the nearest counts; all others are false positives.
 *
 * @example
 * ```ts
 * import { judge } from "./field_metrics.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const mitoses = [{ x: 100, y: 100 }];
 * const detections = [{ x: 90, y: 100, probability: 0.6 }, { x: 105, y: 100, probability: 0.9 }];
 * deepEqual(judge({ mitoses, detections, areaMm2: 1 }, 30).detections, [
 *   { probability: 0.9, hit: true },
 *   { probability: 0.6, hit: false },
 * ]);
 * ```
 */
export function judge({ detections, mitoses, areaMm2 }: FieldFindings, reach: number): JudgedField {
  const free = new Set(mitoses);
  const judged = [...detections].sort((a, b) => b.probability - a.probability).map((detection) => {
    const distance = ({ x, y }: Place) => Math.hypot(x - detection.x, y - detection.y);
    let nearest: Place | undefined;
    for (const mitosis of free) {
      if (distance(mitosis) > reach) continue;
      if (nearest === undefined || distance(mitosis) < distance(nearest)) nearest = mitosis;
    }
    if (nearest !== undefined) free.delete(nearest);
    return { probability: detection.probability, hit: nearest !== undefined };
  });
  return { detections: judged, mitoses: mitoses.length, areaMm2 };
}

/** Precision and recall at every threshold at which they change, from the strictest to the laxest. */
export function fieldCurve(fields: readonly JudgedField[]): FieldPoint[] {
  const all = fields.flatMap(({ detections }) => detections)
    .sort((a, b) => b.probability - a.probability);
  const mitoses = fields.reduce((sum, field) => sum + field.mitoses, 0);
  const area = fields.reduce((sum, field) => sum + field.areaMm2, 0);
  const points: FieldPoint[] = [];
  let hits = 0;
  all.forEach(({ probability, hit }, i) => {
    if (hit) hits++;
    if (all[i + 1]?.probability === probability) return;
    points.push(pointOf(probability, hits, i + 1 - hits, mitoses, area));
  });
  return points;
}

/** The point of a curve at a threshold. */
export function fieldPointAt(threshold: number, fields: readonly JudgedField[]): FieldPoint {
  const reached = fields.flatMap(({ detections }) => detections)
    .filter(({ probability }) => probability >= threshold);
  const hits = reached.filter(({ hit }) => hit).length;
  const mitoses = fields.reduce((sum, field) => sum + field.mitoses, 0);
  const area = fields.reduce((sum, field) => sum + field.areaMm2, 0);
  return pointOf(threshold, hits, reached.length - hits, mitoses, area);
}

/** The point with the largest F1; of equals the strictest. Undefined where nothing was detected. */
export function bestPoint(points: readonly FieldPoint[]): FieldPoint | undefined {
  let best: FieldPoint | undefined;
  for (const point of points) if (best === undefined || point.f1 > best.f1) best = point;
  return best;
}

/** Average precision: the precision at each threshold, weighted by the recall that it adds. */
export function fieldAveragePrecision(points: readonly FieldPoint[]): number {
  let sum = 0;
  let recall = 0;
  for (const point of points) {
    sum += (point.recall - recall) * point.precision;
    recall = point.recall;
  }
  return sum;
}

/**
 * 95 % percentile interval of a figure, by drawing as many fields as there are, with repetition
 * (B. Efron, Ann. Stat. 7 (1979) 1-26). Fields are drawn, not mitoses, since those of one field are alike.
 *
 * @param random 0 to below 1.
 */
export function bootstrapInterval(
  fields: readonly JudgedField[],
  figure: (fields: readonly JudgedField[]) => number,
  random: () => number,
  draws = 2000,
): [low: number, high: number] {
  const figures = Array.from({ length: draws }, () => {
    const drawn = fields.map(() => fields[Math.floor(random() * fields.length)])
      .filter((field) => field !== undefined);
    return figure(drawn);
  }).sort((a, b) => a - b);
  const at = (share: number) => figures[Math.floor(share * (draws - 1))] ?? NaN;
  return [at(0.025), at(0.975)];
}

function pointOf(
  threshold: number,
  hits: number,
  wrong: number,
  mitoses: number,
  area: number,
): FieldPoint {
  return {
    threshold,
    precision: hits + wrong === 0 ? 1 : hits / (hits + wrong),
    recall: mitoses === 0 ? 0 : hits / mitoses,
    f1: 2 * hits / (hits + wrong + mitoses || 1),
    falsePositivesPerMm2: wrong / area,
  };
}
