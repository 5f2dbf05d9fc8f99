import { annotatedFields } from "../evaluation/annotated_fields.ts";
import { fieldReport } from "../evaluation/field_report.ts";
import { judge, type JudgedField } from "../evaluation/fields.ts";
import { Problem } from "../errors.ts";
import { detectMitoses, openField } from "../field/detect.ts";
import { fieldOpener } from "../field/opener.ts";
import { settleOptions } from "../field/settle_options.ts";
import { loadClassifier } from "../patch/load.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";

/** A detection within this of an annotated centre is a hit, in micrometres. */
const HIT = 7.5;

/** Places below the threshold always count here: without them there is no curve. */
const { keep: _always, ...evaluatedOptions } = searchOptions;

/** `evaluate fields`: measures the model on annotated fields. */
export const evaluateFields: Command = {
  name: "evaluate fields",
  operands: "FOLDER",
  summary: "Measure the model on fields with annotated mitoses.",
  details: "The folder has an annotations.json that lists its fields and the centres of their " +
    `mitoses. A detection within ${HIT} um of a centre is a hit, each centre once. Detections and ` +
    "centres nearer to the border than half a window are left out, with --border they count. Prints " +
    "average precision, the best F1 and that at the threshold, with 95 % bootstrap intervals over " +
    "fields; draws precision and recall, and FROC.",
  options: {
    ...evaluatedOptions,
    border: { value: "flag", meaning: "Count what lies nearer to the border than half a window." },
    out: { value: "FILE", meaning: "Where the curves go [default results/fields.svg]." },
  },
  settings: searchSettings,
  async run({ operands, options: { out = "results/fields.svg", border, ...typed }, config }) {
    const [folder] = operands;
    if (folder === undefined || operands.length > 1) {
      throw new UsageError("evaluate fields needs one folder.");
    }
    const query = readSearchOptions({ ...typed, keep: "true" });
    const fields = await annotatedFields(folder);
    const classifier = await loadClassifier(config);
    const { manifest } = classifier.bundle;
    const options = settleOptions(query, manifest);
    const opener = fieldOpener({ ...config, maxFields: 1 });
    const reach = HIT / options.mpp;
    const margin = border === undefined
      ? manifest.input.width / 2 * manifest.micronsPerPixel / options.mpp
      : 0;
    const progress = progressBar(fields.length * 100, "% of a field");
    const judged: JudgedField[] = [];
    const started = performance.now();
    let covered = 0;
    let windows = 0;
    try {
      for (const [i, { path, mitoses: annotated }] of fields.entries()) {
        const bytes = await readFile(path);
        const field = await openField(
          opener,
          classifier,
          bytes,
          config.maxMegapixels * 1e6,
          options.mpp,
        );
        const result = await detectMitoses(classifier, field, options, {
          onProgress: ({ done }) => progress.update((i + done) * 100),
        }).finally(() => field.close());
        const { image, detections, scored, summary } = result;
        const counts = ({ x, y }: { x: number; y: number }) =>
          Math.min(x, y, image.width - x, image.height - y) >= margin;
        const mitoses = annotated.filter(counts);
        covered += mitoses.filter((m) =>
          scored.some((s) => Math.hypot(s.x - m.x, s.y - m.y) <= reach)
        ).length;
        windows += result.windows;
        judged.push(
          judge(
            { detections: detections.filter(counts), mitoses, areaMm2: summary.areaMm2 },
            reach,
          ),
        );
      }
    } finally {
      progress.end();
      await classifier.engine.close();
    }
    const seconds = (performance.now() - started) / 1000;
    const name = `${manifest.name} ${manifest.version}, ${options.exact ? "exact" : "candidates"}`;
    const { text, picture } = fieldReport(name, judged, options.threshold, covered);
    console.log(text);
    console.log(
      `  windows            ${(windows / fields.length).toFixed(0)} a field, ` +
        `${(seconds / fields.length).toFixed(2)} s a field`,
    );
    const at = out.lastIndexOf("/");
    if (at > 0) await Deno.mkdir(out.slice(0, at), { recursive: true });
    await Deno.writeTextFile(out, picture);
    console.log(`wrote ${out}`);
    return 0;
  },
};

async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch {
    throw new Problem(
      "file_unreadable",
      `'${path}', which annotations.json lists, cannot be read.`,
    );
  }
}
