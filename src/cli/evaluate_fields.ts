import { basename, resolve } from "node:path";
import { readAnnotatedFields } from "../evaluation/annotated_fields.ts";
import { type FieldReport, fieldReport } from "../evaluation/field_report.ts";
import { type FieldRun, runField } from "../evaluation/field_run.ts";
import { withMetadata } from "../evaluation/svg.ts";
import { Problem } from "../errors.ts";
import { researchUseOnly } from "../research_use.ts";
import { createProvenance, identifyModel, sha256Of } from "../result/provenance.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";
import { resolveOptions } from "../search/options.ts";
import { loadClassifier } from "../patch/load.ts";
import { type Command, UsageError } from "./command.ts";
import { failureReporter } from "./failures.ts";
import { readFile } from "./read_file.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";
import { svgPath } from "./svg_path.ts";
import { writeFile } from "../files/write_file.ts";

/** The search options except `keep`: a curve always needs the detections below the threshold. */
const { keep: _keep, ...curveOptions } = searchOptions;

/** The command `evaluate fields`: measures the model on annotated fields. */
export const evaluateFields: Command = {
  name: "evaluate fields",
  operands: "FOLDER|FILE",
  summary: "Measure the model on fields with annotated mitoses.",
  details:
    "Reads a file of annotations (own, COCO, MIDOG or GeoJSON), or a folder with annotations.json or with a " +
    "GeoJSON for each image. A field that cannot be read is named and counted, and the exit code is 1. " +
    `A detection within ${SAME_CELL_UM} µm of a center is a hit; each center counts once. ` +
    "Without --border, centers closer to the border than half a window do not count, nor do detections that " +
    "match them or, there, match none. Prints " +
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
    strict: { meaning: "Stop at the first field that cannot be read." },
  },
  settings: searchSettings,
  async run(
    { operands, options: { out: typedOut = "results/fields.svg", ...typed }, config, output },
  ) {
    const { border, "compare-exact": compareExact, strict, ...query } = typed;
    const [path] = operands;
    if (path === undefined || operands.length > 1) {
      throw new UsageError("evaluate fields needs one folder or file of annotations.");
    }
    const out = svgPath("out", typedOut);
    const searchQuery = readSearchOptions({ ...query, keep: "true" });
    const { fields, bad, notes } = await readAnnotatedFields(path);
    for (const note of notes) output.note(note);
    const failures = failureReporter(output, "field", strict !== undefined);
    for (const { name, reason } of bad) failures.add(name, new Problem("data_invalid", reason));
    const classifier = await loadClassifier(config);
    const { manifest } = classifier.bundle;
    const search = resolveOptions(searchQuery, manifest);
    const searches = compareExact === undefined
      ? [search]
      : [{ ...search, exact: false }, { ...search, exact: true }];
    const runs = searches.map((): FieldRun[] => []);
    const sums: string[] = [];
    let size = 0;
    const common = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      maxPixels: config.maxMegapixels * 1e6,
      includesBorder: border !== undefined,
    };
    const progress = output.progress(fields.length * searches.length, "searches");
    try {
      for (const [i, { path, mitoses }] of fields.entries()) {
        try {
          const bytes = await readFile(path);
          const found: FieldRun[] = [];
          for (const [k, search] of searches.entries()) {
            const finishedRuns = i * searches.length + k;
            const run = await runField(
              { bytes, mitoses },
              { ...common, search },
              (share) => progress.update(finishedRuns + share),
            );
            found.push(run);
          }
          found.forEach((run, k) => runs[k]?.push(run));
          sums.push(`${await sha256Of(bytes)} ${JSON.stringify(mitoses)}\n`);
          size += bytes.length;
        } catch (thrown) {
          progress.end();
          failures.add(path, thrown);
        }
      }
    } finally {
      progress.end();
      common.opener.close();
      await classifier.engine.close();
    }
    if (sums.length === 0) {
      throw new Problem(
        "data_invalid",
        `'${path}' cannot be evaluated: none of its fields can be read.`,
      );
    }
    const list = new TextEncoder().encode(sums.sort().join(""));
    const input = { name: basename(resolve(path)), sha256: await sha256Of(list), bytes: size };
    const provenance = createProvenance(input, identifyModel(manifest), {
      ...search,
      border: border !== undefined,
    });
    const model = `${manifest.name} ${manifest.version}, SHA-256 ${
      manifest.network.sha256.slice(0, 12)
    }`;
    const reports = searches.map((search, k) => createReport(model, search, runs[k] ?? []));
    const [first, exact] = reports;
    if (first === undefined) return 0;
    const lines = [
      ...reports.map(({ text }) => text),
      ...(failures.count === 0 ? [] : [`  could not be read  ${failures.count}`]),
      ...(exact === undefined ? [] : [formatComparison(first, exact)]),
    ];
    output.result(lines.join("\n"), {
      searches: reports.map(({ measures, seconds }) => ({ ...measures, seconds })),
      failed: failures.count,
      outputs: [out],
      provenance,
    });
    await writeFile(out, withMetadata(first.svg, provenance));
    output.detail(`wrote ${out}`);
    output.note(researchUseOnly);
    return failures.count > 0 ? 1 : 0;
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
  const { text, svg, bestF1, measures } = fieldReport(
    `${model}, ${method}`,
    runs.map(({ matched }) => matched),
    search.threshold,
    search.exact ? undefined : total(({ covered }) => covered),
  );
  const seconds = total((run) => run.seconds);
  const windows = total((run) => run.windows) / runs.length;
  const times = `  windows            ${windows.toFixed(0)} per field, ` +
    `${(seconds / runs.length).toFixed(2)} s per field`;
  return { text: `${text}\n${times}`, svg, bestF1, measures, seconds };
}

function formatComparison(candidates: TimedReport, exact: TimedReport): string {
  const speedUp = exact.seconds / candidates.seconds;
  return `The candidate search is ${speedUp.toFixed(1)} times as fast as the grid search. ` +
    `Its best F1 is ${candidates.bestF1.toFixed(3)}, that of the grid search ${
      exact.bestF1.toFixed(3)
    }.`;
}
