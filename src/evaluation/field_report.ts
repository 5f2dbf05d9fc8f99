import { seededRandom } from "../random.ts";
import { drawChart } from "./chart.ts";
import {
  bestOperatingPoint,
  bootstrapInterval,
  type FieldOperatingPoint,
  fieldOperatingPointAt,
  fieldOperatingPoints,
  type MatchedField,
} from "./field_metrics.ts";
import { averagePrecision } from "./precision_recall.ts";

/** Seed of the bootstrap's random numbers, so that the intervals are reproducible. */
const SEED = 20_260_101;
/** Largest value on the axis of false positives per mm². */
const MAX_FALSE_PER_MM2 = 100;

/** A report of the quality on annotated fields. */
export interface FieldReport {
  /** Lines for a terminal. */
  readonly text: string;
  /**
   * Two SVG panels: precision over recall, and recall over false positives per mm² (FROC curve).
   */
  readonly svg: string;
  /** The largest F1 over all thresholds; 0 if there are no detections. */
  readonly bestF1: number;
  /** The measures without their intervals, for programs. */
  readonly measures: FieldMeasures;
}

/** The measures of a {@linkcode FieldReport}. */
export interface FieldMeasures {
  /** The model and the method of the search. */
  readonly model: string;
  readonly fields: number;
  readonly mitoses: number;
  readonly averagePrecision: number;
  readonly best: FieldOperatingPoint | undefined;
  readonly atThreshold: FieldOperatingPoint;
}

/**
 * Reports the quality of the detections in annotated fields.
 *
 * @param model Name of the model, for the first line and the caption.
 * @param threshold The threshold of the search.
 * @param coveredMitoses Number of annotated mitoses near a candidate; undefined for a search
 * without candidates.
 */
export function fieldReport(
  model: string,
  fields: readonly MatchedField[],
  threshold: number,
  coveredMitoses: number | undefined,
): FieldReport {
  const points = fieldOperatingPoints(fields);
  const best = bestOperatingPoint(points);
  const atThreshold = fieldOperatingPointAt(threshold, fields);
  const average = averagePrecision(points);
  const mitoses = fields.reduce((sum, field) => sum + field.mitoses, 0);
  const interval = (metric: (sample: readonly MatchedField[]) => number) => {
    const [low, high] = bootstrapInterval(fields, metric, seededRandom(SEED));
    return `${low.toFixed(3)} to ${high.toFixed(3)}`;
  };
  const bestInterval = interval((sample) =>
    bestOperatingPoint(fieldOperatingPoints(sample))?.f1 ?? 0
  );
  const lines = [
    `${model}: ${fields.length} fields, ${mitoses} mitoses (in brackets: 95 % intervals from a bootstrap over the fields)`,
    ...(coveredMitoses === undefined ? [] : [
      `  candidates cover   ${coveredMitoses} of ${mitoses} mitoses${
        mitoses === 0 ? "" : ` (${(coveredMitoses / mitoses).toFixed(3)})`
      }`,
    ]),
    `  average precision  ${average.toFixed(3)}  [${
      interval((sample) => averagePrecision(fieldOperatingPoints(sample)))
    }]`,
    `  best F1            ${best?.f1.toFixed(3) ?? "-"}  [${bestInterval}]  ${
      best ? describe(best) : ""
    }`,
    `  F1 at threshold    ${atThreshold.f1.toFixed(3)}  [${
      interval((sample) => fieldOperatingPointAt(threshold, sample).f1)
    }]  ${describe(atThreshold)}`,
  ];
  return {
    text: lines.join("\n"),
    svg: drawCurves(model, points, best, atThreshold, average),
    bestF1: best?.f1 ?? 0,
    measures: {
      model,
      fields: fields.length,
      mitoses,
      averagePrecision: average,
      best,
      atThreshold,
    },
  };
}

/** Returns the figures of an operating point in one line. */
function describe(
  { threshold, precision, recall, falsePositivesPerMm2 }: FieldOperatingPoint,
): string {
  return `threshold ${threshold.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${
    recall.toFixed(3)
  }, ${falsePositivesPerMm2.toFixed(1)} false positives / mm²`;
}

function drawCurves(
  model: string,
  points: readonly FieldOperatingPoint[],
  best: FieldOperatingPoint | undefined,
  atThreshold: FieldOperatingPoint,
  average: number,
): string {
  const marked = [
    { point: atThreshold, text: `threshold ${atThreshold.threshold.toFixed(2)}` },
    ...(best ? [{ point: best, text: `best F1 ${best.f1.toFixed(3)}` }] : []),
  ];
  const toAxis = (falsePositives: number) => Math.min(1, falsePositives / MAX_FALSE_PER_MM2);
  return drawChart([
    {
      title: `Precision and recall, average precision ${average.toFixed(3)}`,
      xLabel: "recall",
      yLabel: "precision",
      curve: {
        points: points.map(({ recall, precision }) => [recall, precision]),
        marks: marked.map(({ point: { recall, precision }, text }) => ({
          x: recall,
          y: precision,
          text,
        })),
      },
    },
    {
      title: "Recall and false positives (FROC)",
      xLabel: `false positives per mm², in units of ${MAX_FALSE_PER_MM2}`,
      yLabel: "recall",
      curve: {
        points: points.filter((p) => p.falsePositivesPerMm2 <= MAX_FALSE_PER_MM2)
          .map((p) => [toAxis(p.falsePositivesPerMm2), p.recall]),
        marks: marked.map(({ point, text }) => ({
          x: toAxis(point.falsePositivesPerMm2),
          y: point.recall,
          text,
        })),
      },
    },
  ], model);
}
