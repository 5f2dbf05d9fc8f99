import { calibrationBins, calibrationError } from "../evaluation/calibration.ts";
import { drawChart } from "../evaluation/chart.ts";
import { drawContactSheet, failuresAt, type ScoredPatch } from "../evaluation/contact_sheet.ts";
import { listLabeledPatches } from "../evaluation/labeled_patches.ts";
import {
  auc,
  type PatchOperatingPoint,
  patchOperatingPointAt,
  patchOperatingPoints,
} from "../evaluation/patch_metrics.ts";
import { averagePrecision, type ScoredExample } from "../evaluation/precision_recall.ts";
import type { Classifier } from "../patch/classifier.ts";
import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import { predictPatches } from "../patch/predict.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress_bar.ts";
import { readFile } from "./read_file.ts";
import { writeFile } from "../write_file.ts";

/** The command `evaluate`: measures the model on labeled patches. */
export const evaluate: Command = {
  name: "evaluate",
  operands: "FOLDER|CSV",
  summary: "Measure the model on labeled patches.",
  details:
    "Reads a folder with the subfolders mitosis/ and normal/, or a CSV file with the columns " +
    "file and label. Prints AUC, average precision and calibration error, and F1, sensitivity and " +
    "false-positive rate at the threshold. Writes two SVG files: one with the ROC, precision-recall " +
    "and calibration curves, one with the patches of the worst misses and false alarms.",
  options: {
    threshold: {
      placeholder: "P",
      meaning:
        "Smallest probability that counts as a mitosis, 0 to 1 [default: the model's threshold].",
    },
    out: {
      placeholder: "FILE",
      meaning: "Output file of the curves [default: results/evaluation.svg].",
    },
    failures: {
      placeholder: "FILE",
      meaning:
        "Output file of the misses and false alarms [default: the path of --out, ending in " +
        "-failures.svg].",
    },
  },
  settings: LOAD_SETTINGS,
  async run({ operands, options, config }) {
    const [path] = operands;
    if (path === undefined || operands.length > 1) {
      throw new UsageError("evaluate needs one folder or CSV file.");
    }
    const patches = await listLabeledPatches(path);
    const classifier = await loadClassifier(config);
    const threshold = readThreshold(options["threshold"], classifier);
    const scored: ScoredPatch[] = [];
    const progress = progressBar(patches.length, "patches");
    const started = performance.now();
    const patchesAtOnce = classifier.batchSize * classifier.engine.concurrency;
    try {
      for (let from = 0; from < patches.length; from += patchesAtOnce) {
        const part = patches.slice(from, from + patchesAtOnce);
        const files = await Promise.all(part.map(({ path }) => readFile(path)));
        const probabilities = await predictPatches(classifier, files);
        part.forEach(({ path, isMitosis }, i) => {
          scored.push({ path, isMitosis, probability: probabilities[i] ?? NaN });
        });
        progress.update(scored.length);
      }
    } finally {
      progress.end();
      await classifier.engine.close();
    }
    const seconds = (performance.now() - started) / 1000;
    const points = patchOperatingPoints(scored);
    const atThreshold = patchOperatingPointAt(threshold, scored);
    const { name, version } = classifier.bundle.manifest;
    console.log(formatReport(`${name} ${version}`, scored, points, atThreshold, seconds));
    const out = options["out"] ?? "results/evaluation.svg";
    const caption = `${name} ${version} on ${path}`;
    await writeFile(out, drawCurves(caption, scored, points, atThreshold));
    const failuresOut = options["failures"] ?? out.replace(/(\.[^./]+)?$/, "-failures.svg");
    const failures = failuresAt(threshold, scored);
    await writeFile(
      failuresOut,
      await drawContactSheet(failures, `${caption}, threshold ${threshold}`, readFile),
    );
    console.log(`wrote ${out}, ${failuresOut}`);
    return 0;
  },
};

function readThreshold(typed: string | undefined, classifier: Classifier): number {
  if (typed === undefined) return classifier.bundle.manifest.threshold;
  const value = Number(typed);
  if (typed.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`--threshold is '${typed}'; it must be a number from 0 to 1.`);
}

function formatReport(
  model: string,
  scored: readonly ScoredExample[],
  points: readonly PatchOperatingPoint[],
  at: PatchOperatingPoint,
  seconds: number,
): string {
  const mitoses = scored.filter(({ isMitosis }) => isMitosis).length;
  return [
    `${model}: ${scored.length} patches, ${mitoses} of them mitoses, in ${seconds.toFixed(1)} s`,
    `  AUC                  ${auc(points).toFixed(4)}`,
    `  average precision    ${averagePrecision(points).toFixed(4)}`,
    `  calibration error    ${calibrationError(calibrationBins(scored)).toFixed(4)}`,
    `  at threshold ${at.threshold}`,
    `    F1                 ${at.f1.toFixed(4)}`,
    `    sensitivity        ${at.recall.toFixed(4)}`,
    `    false-positive rate ${at.falsePositiveRate.toFixed(4)}`,
  ].join("\n");
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
