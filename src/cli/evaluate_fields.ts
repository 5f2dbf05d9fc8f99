import { readAnnotatedFields } from "../evaluation/annotated_fields.ts";
import { type FieldReport, fieldReport } from "../evaluation/field_report.ts";
import { type FieldRun, runField } from "../evaluation/field_run.ts";
import { Problem } from "../errors.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";
import { resolveOptions } from "../search/options.ts";
import { loadClassifier } from "../patch/load.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";
import { writeFile } from "./write_file.ts";

/** Places below the threshold always count here: without them there is no curve. */
const { keep: _always, ...evaluatedOptions } = searchOptions;

/** `evaluate fields`: measures the model on annotated fields. */
export const evaluateFields: Command = {
  name: "evaluate fields",
  operands: "FOLDER",
  summary: "Measure the model on fields with annotated mitoses.",
  details: "The folder has an annotations.json that lists its fields and the centers of their " +
    `mitoses. A detection within ${SAME_CELL_UM} um of a center is a hit, each center once. Detections and ` +
    "centers nearer to the border than half a window are left out, with --border they count. Prints " +
    "average precision, the best F1 and that at the threshold, with 95 % bootstrap intervals over " +
    "fields; draws precision and recall, and FROC.",
  options: {
    ...evaluatedOptions,
    border: { value: "flag", meaning: "Count what lies nearer to the border than half a window." },
    "compare-exact": {
      value: "flag",
      meaning: "Search the same fields on the fixed grid too, in turn, and compare.",
    },
    out: { value: "FILE", meaning: "Where the curves go [default results/fields.svg]." },
  },
  settings: searchSettings,
  async run({ operands, options: { out = "results/fields.svg", ...typed }, config }) {
    const { border, "compare-exact": compared, ...query } = typed;
    const [folder] = operands;
    if (folder === undefined || operands.length > 1) {
      throw new UsageError("evaluate fields needs one folder.");
    }
    const searched = readSearchOptions({ ...query, keep: "true" });
    const fields = await readAnnotatedFields(folder);
    const classifier = await loadClassifier(config);
    const { manifest } = classifier.bundle;
    const search = resolveOptions(searched, manifest);
    const searches = compared === undefined ? [search] : [search, { ...search, exact: true }];
    const runs = searches.map((): FieldRun[] => []);
    const common = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      maxPixels: config.maxMegapixels * 1e6,
      includesBorder: border !== undefined,
    };
    const progress = progressBar(fields.length * searches.length * 100, "% of a field");
    try {
      for (const [i, { path, mitoses }] of fields.entries()) {
        const bytes = await readFile(path);
        for (const [k, search] of searches.entries()) {
          const before = i * searches.length + k;
          const run = await runField(
            { bytes, mitoses },
            { ...common, search },
            (share) => progress.update((before + share) * 100),
          );
          runs[k]?.push(run);
        }
      }
    } finally {
      progress.end();
      common.opener.close();
      await classifier.engine.close();
    }
    const reports = searches.map((search, k) =>
      report(`${manifest.name} ${manifest.version}`, search, runs[k] ?? [])
    );
    for (const { text } of reports) console.log(text);
    const [first, exact] = reports;
    if (first === undefined) return 0;
    if (exact !== undefined) console.log(comparison(first, exact));
    await writeFile(out, first.svg);
    console.log(`wrote ${out}`);
    return 0;
  },
};

/** A report of a search, and how long it took. */
interface TimedReport extends FieldReport {
  readonly seconds: number;
}

function report(model: string, search: DetectOptions, runs: readonly FieldRun[]): TimedReport {
  const total = (figure: (run: FieldRun) => number) =>
    runs.reduce((sum, run) => sum + figure(run), 0);
  const how = search.exact ? `a window at every ${search.stride} px` : "candidates";
  const { text, svg, bestF1 } = fieldReport(
    `${model}, ${how}`,
    runs.map(({ matched }) => matched),
    search.threshold,
    total(({ covered }) => covered),
  );
  const seconds = total((run) => run.seconds);
  const windows = total((run) => run.windows) / runs.length;
  const times = `  windows            ${windows.toFixed(0)} a field, ` +
    `${(seconds / runs.length).toFixed(2)} s a field`;
  return { text: `${text}\n${times}`, svg, bestF1, seconds };
}

function comparison(candidates: TimedReport, exact: TimedReport): string {
  const share = exact.seconds / candidates.seconds;
  const difference = candidates.bestF1 - exact.bestF1;
  return `Candidates take 1/${share.toFixed(1)} of the grid's time; their best F1 is ` +
    `${difference < 0 ? "" : "+"}${difference.toFixed(3)}.`;
}

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
