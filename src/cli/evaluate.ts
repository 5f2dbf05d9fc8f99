import { basename, resolve } from "node:path";
import { drawContactSheet, failuresAt, type ScoredPatch } from "../evaluation/contact_sheet.ts";
import { type LabeledPatch, listLabeledPatches } from "../evaluation/labeled_patches.ts";
import { type PatchMeasures, patchReport } from "../evaluation/patch_report.ts";
import { withMetadata } from "../evaluation/svg.ts";
import { decodePatch } from "../patch/decode_patch.ts";
import type { Classifier } from "../patch/classifier.ts";
import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import { scoreInBatches } from "../patch/score_in_batches.ts";
import { Problem } from "../errors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import { createProvenance, identifyModel, sha256Of } from "../result/provenance.ts";
import { researchUseOnly } from "../research_use.ts";
import { type Command, UsageError } from "./command.ts";
import { failureReporter } from "./failures.ts";
import { readFile } from "./read_file.ts";
import { svgPath } from "./svg_path.ts";
import { writeFile } from "../files/write_file.ts";

/** The command `evaluate`: measures the model on labeled patches. */
export const evaluate: Command = {
  name: "evaluate",
  operands: "FOLDER|TABLE",
  summary: "Measure the model on labeled patches.",
  details:
    "Reads a folder with a subfolder for each label, such as mitosis/ and normal/, or a table (CSV) with " +
    "columns for the file and the label. A patch that cannot be read is named and counted, and the exit " +
    "code is 1. Prints AUC, average precision and calibration error, and F1, sensitivity and " +
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
    strict: { meaning: "Stop at the first patch that cannot be read." },
  },
  settings: LOAD_SETTINGS,
  async run({ operands, options, config, output }) {
    const [path] = operands;
    if (path === undefined || operands.length > 1) {
      throw new UsageError("evaluate needs one folder or table of labels.");
    }
    const out = svgPath("out", options["out"] ?? "results/evaluation.svg");
    const failuresOut = svgPath(
      "failures",
      options["failures"] ?? out.replace(/\.svg$/i, "-failures.svg"),
    );
    if (out === failuresOut && options["failures"] !== undefined) {
      throw new UsageError("--out and --failures are the same file; give each its own.");
    }
    const typedThreshold = readThreshold(options["threshold"]);
    const { patches, bad, notes } = await listLabeledPatches(path);
    for (const note of notes) output.note(note);
    const failures = failureReporter(output, "patch", options["strict"] !== undefined);
    for (const { name, reason } of bad) failures.add(name, new Problem("data_invalid", reason));
    const classifier = await loadClassifier(config);
    const { manifest } = classifier.bundle;
    const threshold = typedThreshold ?? manifest.threshold;
    const scored: ScoredPatch[] = [];
    const sums: string[] = [];
    let bytes = 0;
    const progress = output.progress(patches.length, "patches");
    const started = performance.now();
    const patchesAtOnce = classifier.batchSize * classifier.engine.concurrency;
    try {
      for (let from = 0; from < patches.length; from += patchesAtOnce) {
        const readable: (LoadedPatch & LabeledPatch)[] = [];
        for (const patch of patches.slice(from, from + patchesAtOnce)) {
          try {
            readable.push({ ...patch, ...await loadPatch(patch.path, classifier) });
          } catch (thrown) {
            progress.end();
            failures.add(patch.path, thrown);
          }
        }
        const probabilities = await scoreAll(classifier, readable.map(({ pixels }) => pixels));
        readable.forEach(({ path, isMitosis, sha256, size }, i) => {
          scored.push({ path, isMitosis, probability: probabilities[i] ?? NaN });
          sums.push(`${sha256} ${isMitosis ? 1 : 0}\n`);
          bytes += size;
        });
        progress.update(Math.min(from + patchesAtOnce, patches.length));
      }
    } finally {
      progress.end();
      await classifier.engine.close();
    }
    const seconds = (performance.now() - started) / 1000;
    checkBothKinds(path, scored);
    const list = new TextEncoder().encode(sums.sort().join(""));
    const input = { name: basename(resolve(path)), sha256: await sha256Of(list), bytes };
    const provenance = createProvenance(input, identifyModel(manifest), { threshold });
    const model = `${manifest.name} ${manifest.version}, SHA-256 ${
      manifest.network.sha256.slice(0, 12)
    }`;
    const caption = `${model} on ${path}`;
    const { measures, svg } = patchReport(scored, threshold, caption);
    output.result(formatReport(model, measures, failures.count, seconds), {
      ...measures,
      failed: failures.count,
      outputs: [out, failuresOut],
      provenance,
    });
    await writeFile(out, withMetadata(svg, provenance));
    const sheet = await drawContactSheet(
      failuresAt(threshold, scored),
      `${caption}, threshold ${threshold}`,
      readFile,
    );
    await writeFile(failuresOut, withMetadata(sheet, provenance));
    output.detail(`wrote ${out}, ${failuresOut}`);
    output.note(researchUseOnly);
    return failures.count > 0 ? 1 : 0;
  },
};

/** A patch that was read. */
interface LoadedPatch {
  readonly pixels: RgbImage;
  readonly sha256: string;
  /** Size of the file, in bytes. */
  readonly size: number;
}

/** @throws {Problem} `file_unreadable`, or as {@linkcode decodePatch}. */
async function loadPatch(path: string, { bundle }: Classifier): Promise<LoadedPatch> {
  const bytes = await readFile(path);
  const pixels = decodePatch(bytes, bundle.manifest.input);
  return { pixels, sha256: await sha256Of(bytes), size: bytes.length };
}

async function scoreAll(
  classifier: Classifier,
  patches: readonly RgbImage[],
): Promise<readonly number[]> {
  const between = (from: number, to: number) => patches.slice(from, to);
  return await scoreInBatches(classifier, patches.length, between, {});
}

/** @throws {Problem} `data_invalid` where the patches that could be read are all of one kind. */
function checkBothKinds(path: string, scored: readonly ScoredPatch[]): void {
  const mitoses = scored.filter(({ isMitosis }) => isMitosis).length;
  if (mitoses > 0 && mitoses < scored.length) return;
  throw new Problem(
    "data_invalid",
    `'${path}' cannot be evaluated: of the patches that could be read, ${mitoses} have a mitosis and ` +
      `${scored.length - mitoses} have none.`,
  );
}

function readThreshold(typed: string | undefined): number | undefined {
  if (typed === undefined || typed.trim() === "") return undefined;
  const value = Number(typed);
  if (value >= 0 && value <= 1) return value;
  throw new UsageError(`--threshold is '${typed}'; it must be a number from 0 to 1.`);
}

function formatReport(
  model: string,
  measures: PatchMeasures,
  failed: number,
  seconds: number,
): string {
  const { patches, mitoses, threshold } = measures;
  return [
    `${model}: ${patches} patches, ${mitoses} of them mitoses, in ${seconds.toFixed(1)} s`,
    ...(failed === 0 ? [] : [`  could not be read    ${failed}`]),
    `  AUC                  ${measures.auc.toFixed(4)}`,
    `  average precision    ${measures.averagePrecision.toFixed(4)}`,
    `  calibration error    ${measures.calibrationError.toFixed(4)}`,
    `  at threshold ${threshold}`,
    `    F1                 ${measures.f1.toFixed(4)}`,
    `    sensitivity        ${measures.sensitivity.toFixed(4)}`,
    `    false-positive rate ${measures.falsePositiveRate.toFixed(4)}`,
  ].join("\n");
}
