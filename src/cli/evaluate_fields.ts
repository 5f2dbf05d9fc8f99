import { readAnnotatedFields } from "../evaluation/annotated_fields.ts";
import { type FieldReport, fieldReport } from "../evaluation/field_report.ts";
import { type FieldRun, runField } from "../evaluation/field_run.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";
import { resolveOptions } from "../search/options.ts";
import { loadClassifier } from "../patch/load.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress_bar.ts";
import { readFile } from "./read_file.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";
import { writeFile } from "../write_file.ts";

/** The search options except `keep`: a curve always needs the detections below the threshold. */
const { keep: _keep, ...curveOptions } = searchOptions;

/** The command `evaluate fields`: measures the model on annotated fields. */
export const evaluateFields: Command = {
  name: "evaluate fields",
  operands: "FOLDER",
  summary: "Measure the model on fields with annotated mitoses.",
  details:
    "Reads annotations.json in the folder, which lists the fields and the centers of their " +
    `mitoses. A detection within ${SAME_CELL_UM} µm of a center is a hit; each center counts once. ` +
    "Without --border, detections and centers closer to the border than half a window do not count. Prints " +
    "average precision, the best F1, and F1 at the threshold, with 95 % intervals from a bootstrap that " +
    "resamples fields. Writes an SVG file with the precision-recall and FROC curves.",
  options: {
    ...curveOptions,
    border: {
      meaning: "Count detections and mitoses closer to the border than half a window.",
    },
    "compare-exact": {
      meaning:
        "Search the fields both at candidates and on the fixed grid, and compare both searches.",
    },
    out: {
      placeholder: "FILE",
      meaning: "Output file of the curves [default: results/fields.svg].",
    },
  },
  settings: searchSettings,
  async run({ operands, options: { out = "results/fields.svg", ...typed }, config }) {
    const { border, "compare-exact": compareExact, ...query } = typed;
    const [folder] = operands;
    if (folder === undefined || operands.length > 1) {
      throw new UsageError("evaluate fields needs one folder.");
    }
    const searchQuery = readSearchOptions({ ...query, keep: "true" });
    const fields = await readAnnotatedFields(folder);
    const classifier = await loadClassifier(config);
    const { manifest } = classifier.bundle;
    const search = resolveOptions(searchQuery, manifest);
    const searches = compareExact === undefined
      ? [search]
      : [{ ...search, exact: false }, { ...search, exact: true }];
    const runs = searches.map((): FieldRun[] => []);
    const common = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      maxPixels: config.maxMegapixels * 1e6,
      includesBorder: border !== undefined,
    };
    const progress = progressBar(fields.length * searches.length, "searches");
    try {
      for (const [i, { path, mitoses }] of fields.entries()) {
        const bytes = await readFile(path);
        for (const [k, search] of searches.entries()) {
          const finishedRuns = i * searches.length + k;
          const run = await runField(
            { bytes, mitoses },
            { ...common, search },
            (share) => progress.update(finishedRuns + share),
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
      createReport(`${manifest.name} ${manifest.version}`, search, runs[k] ?? [])
    );
    for (const { text } of reports) console.log(text);
    const [first, exact] = reports;
    if (first === undefined) return 0;
    if (exact !== undefined) console.log(formatComparison(first, exact));
    await writeFile(out, first.svg);
    console.log(`wrote ${out}`);
    return 0;
  },
};

/** A report with the time that the searches of all fields took, in seconds. */
interface TimedReport extends FieldReport {
  readonly seconds: number;
}

function createReport(
  model: string,
  search: DetectOptions,
  runs: readonly FieldRun[],
): TimedReport {
  const total = (figure: (run: FieldRun) => number) =>
    runs.reduce((sum, run) => sum + figure(run), 0);
  const method = search.exact ? `a window at every ${search.stride} px` : "candidates";
  const { text, svg, bestF1 } = fieldReport(
    `${model}, ${method}`,
    runs.map(({ matched }) => matched),
    search.threshold,
    search.exact ? undefined : total(({ covered }) => covered),
  );
  const seconds = total((run) => run.seconds);
  const windows = total((run) => run.windows) / runs.length;
  const times = `  windows            ${windows.toFixed(0)} per field, ` +
    `${(seconds / runs.length).toFixed(2)} s per field`;
  return { text: `${text}\n${times}`, svg, bestF1, seconds };
}

function formatComparison(candidates: TimedReport, exact: TimedReport): string {
  const speedUp = exact.seconds / candidates.seconds;
  return `The candidate search is ${speedUp.toFixed(1)} times as fast as the grid search. ` +
    `Its best F1 is ${candidates.bestF1.toFixed(3)}, that of the grid search ${
      exact.bestF1.toFixed(3)
    }.`;
}
