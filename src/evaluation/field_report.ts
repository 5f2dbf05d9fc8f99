import { seededRandom } from "../random.ts";
import { chart } from "./chart.ts";
import {
  bestPoint,
  bootstrapInterval,
  fieldAveragePrecision,
  fieldCurve,
  type FieldPoint,
  fieldPointAt,
  type JudgedField,
} from "./field_metrics.ts";

const SEED = 20_260_101;
/** How far the axis of false positives goes, per mm². */
const MAX_FALSE = 100;

/** What was measured on annotated fields. */
export interface FieldReport {
  readonly text: string;
  /** SVG: precision over recall, and recall over false positives per mm² (FROC). */
  readonly picture: string;
  /** 0 where nothing was detected. */
  readonly bestF1: number;
}

/** Says and draws how good the detections of some fields are. */
export function fieldReport(
  model: string,
  fields: readonly JudgedField[],
  threshold: number,
  covered: number | undefined,
): FieldReport {
  const points = fieldCurve(fields);
  const best = bestPoint(points);
  const at = fieldPointAt(threshold, fields);
  const average = fieldAveragePrecision(points);
  const mitoses = fields.reduce((sum, field) => sum + field.mitoses, 0);
  const interval = (figure: (drawn: readonly JudgedField[]) => number) => {
    const [low, high] = bootstrapInterval(fields, figure, seededRandom(SEED));
    return `${low.toFixed(3)} to ${high.toFixed(3)}`;
  };
  const bestInterval = interval((drawn) => bestPoint(fieldCurve(drawn))?.f1 ?? 0);
  const lines = [
    `${model}: ${fields.length} fields, ${mitoses} mitoses; in brackets the 95 % bootstrap interval over fields`,
    ...(covered === undefined
      ? []
      : [`  candidates cover   ${covered} of ${mitoses} (${(covered / mitoses).toFixed(3)})`]),
    `  average precision  ${average.toFixed(3)}  [${
      interval((drawn) => fieldAveragePrecision(fieldCurve(drawn)))
    }]`,
    `  best F1            ${best?.f1.toFixed(3) ?? "-"}  [${bestInterval}]  ${
      best ? rates(best) : ""
    }`,
    `  at threshold       ${at.f1.toFixed(3)}  [${
      interval((drawn) => fieldPointAt(threshold, drawn).f1)
    }]  ${rates(at)}`,
  ];
  return {
    text: lines.join("\n"),
    picture: picture(model, points, best, at, average),
    bestF1: best?.f1 ?? 0,
  };
}

function rates({ threshold, precision, recall, falsePositivesPerMm2 }: FieldPoint): string {
  return `threshold ${threshold.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${
    recall.toFixed(3)
  }, ${falsePositivesPerMm2.toFixed(1)} false / mm²`;
}

function picture(
  model: string,
  points: readonly FieldPoint[],
  best: FieldPoint | undefined,
  at: FieldPoint,
  average: number,
): string {
  const marked = [
    { point: at, text: `threshold ${at.threshold.toFixed(2)}` },
    ...(best ? [{ point: best, text: `best F1 ${best.f1.toFixed(3)}` }] : []),
  ];
  const share = (falsePositives: number) => Math.min(1, falsePositives / MAX_FALSE);
  return chart([
    {
      title: `Precision and recall, average ${average.toFixed(3)}`,
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
      xLabel: `false positives per mm², 1 is ${MAX_FALSE}`,
      yLabel: "recall",
      curve: {
        points: points.filter((p) => p.falsePositivesPerMm2 <= MAX_FALSE)
          .map((p) => [share(p.falsePositivesPerMm2), p.recall]),
        marks: marked.map(({ point, text }) => ({
          x: share(point.falsePositivesPerMm2),
          y: point.recall,
          text,
        })),
      },
    },
  ], model);
}
