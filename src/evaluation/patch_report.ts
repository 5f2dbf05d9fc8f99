import { calibrationBins, calibrationError } from "./calibration.ts";
import { drawChart } from "./chart.ts";
import {
  auc,
  type PatchOperatingPoint,
  patchOperatingPointAt,
  patchOperatingPoints,
} from "./patch_metrics.ts";
import { averagePrecision, type ScoredExample } from "./precision_recall.ts";

/** The measures of a model on labeled patches. */
export interface PatchMeasures {
  /** Number of patches, and of those with a mitosis. */
  readonly patches: number;
  readonly mitoses: number;
  readonly auc: number;
  readonly averagePrecision: number;
  readonly calibrationError: number;
  readonly threshold: number;
  /** F1, sensitivity and false-positive rate at the threshold, 0 to 1. */
  readonly f1: number;
  readonly sensitivity: number;
  readonly falsePositiveRate: number;
}

/** A report of the quality on labeled patches. */
export interface PatchReport {
  readonly measures: PatchMeasures;
  /** Three SVG panels: ROC curve, precision over sensitivity, and calibration. */
  readonly svg: string;
}

/**
 * Reports the quality of the probabilities of labeled patches.
 *
 * @param caption The last line of the SVG.
 */
export function patchReport(
  scored: readonly ScoredExample[],
  threshold: number,
  caption: string,
): PatchReport {
  const points = patchOperatingPoints(scored);
  const at = patchOperatingPointAt(threshold, scored);
  return {
    measures: {
      patches: scored.length,
      mitoses: scored.filter(({ isMitosis }) => isMitosis).length,
      auc: auc(points),
      averagePrecision: averagePrecision(points),
      calibrationError: calibrationError(calibrationBins(scored)),
      threshold,
      f1: at.f1,
      sensitivity: at.recall,
      falsePositiveRate: at.falsePositiveRate,
    },
    svg: drawCurves(caption, scored, points, at),
  };
}

function drawCurves(
  caption: string,
  scored: readonly ScoredExample[],
  points: readonly PatchOperatingPoint[],
  at: PatchOperatingPoint,
): string {
  const bins = calibrationBins(scored);
  const text = `threshold ${at.threshold}`;
  const roc = points.map((p) => [p.falsePositiveRate, p.recall] as const);
  const pr = points.map((p) => [p.recall, p.precision] as const);
  return drawChart([
    {
      title: `ROC, area ${auc(points).toFixed(4)}`,
      xLabel: "false-positive rate",
      yLabel: "sensitivity",
      curve: { points: roc, marks: [{ x: at.falsePositiveRate, y: at.recall, text }] },
      diagonal: true,
    },
    {
      title: `Precision and recall, average precision ${averagePrecision(points).toFixed(4)}`,
      xLabel: "sensitivity (recall)",
      yLabel: "precision",
      curve: { points: pr, marks: [{ x: at.recall, y: at.precision, text }] },
    },
    {
      title: `Calibration, error ${calibrationError(bins).toFixed(4)}`,
      xLabel: "mean probability",
      yLabel: "share of mitoses",
      curve: {
        points: bins.map((bin) => [bin.meanProbability, bin.mitosisShare]),
        marks: bins.map(({ meanProbability, mitosisShare, count }) => ({
          x: meanProbability,
          y: mitosisShare,
          text: `${count}`,
        })),
      },
      diagonal: true,
    },
  ], caption);
}
