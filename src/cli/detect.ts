import { messageOf } from "../errors.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { type FormatName, formatNames } from "../result/output/formats.ts";
import { resolveOptions } from "../search/options.ts";
import { loadClassifier } from "../patch/load.ts";
import { researchUseOnly } from "../research_use.ts";
import { type Command, UsageError } from "./command.ts";
import { findInputs } from "./inputs.ts";
import { createOutput, jsonError } from "./output.ts";
import { type Search, searchInput } from "./detect_input.ts";
import { selectResultFiles } from "./result_files.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";

/** The command `detect`: finds mitoses in whole fields. */
export const detect: Command = {
  name: "detect",
  operands: "FILE|FOLDER|GLOB|-...",
  summary: "Find mitoses in whole fields of view.",
  details:
    "Reads PNG, JPEG and TIFF files, those in folders, or standard input (-). Prints one line per image on " +
    "standard output, and writes a result for each image if --out or --format is given. A result that is " +
    "already there for the same image, model and options is not made again, so that an interrupted run " +
    "continues where it stopped. An image that fails does not stop the others, but the exit code is 1.",
  options: {
    ...searchOptions,
    format: {
      placeholder: "NAME",
      meaning: `Format of the results: ${
        formatNames.join(", ")
      } [default: by the ending of --out, or json].`,
      values: formatNames,
    },
    out: {
      placeholder: "PATH",
      short: "o",
      meaning:
        "Output folder, if PATH ends with / or is a folder; - for standard output; otherwise output " +
        "file [default: results/ if --format is given].",
    },
    again: { meaning: "Make results again that are already there." },
    "no-overwrite": {
      meaning: "Refuse to replace a result that is of another image, model or options.",
    },
  },
  settings: searchSettings,
  async run({ operands, options: { format, out, again, ...more }, config, io, output: plain }) {
    const { "no-overwrite": noOverwrite, ...typed } = more;
    if (operands.length === 0) throw new UsageError("detect needs at least one image file.");
    if (again !== undefined && noOverwrite !== undefined) {
      throw new UsageError(
        "--again replaces results and --no-overwrite refuses to; use one of them.",
      );
    }
    if (out === "-" && plain.isJson) {
      throw new UsageError("--json and --out - both write to standard output; use one of them.");
    }
    const query = readSearchOptions(typed);
    const { inputs, empty } = await findInputs(operands, io, "PNG, JPEG or TIFF images", isField);
    const files = await selectResultFiles(inputs, readFormat(format), out);
    if (
      out === "-" && io.isTerminal && (files?.format === "overlay" || files?.format === "heatmap")
    ) {
      throw new UsageError(
        "--out - would write a picture to the terminal; redirect it into a file.",
      );
    }
    const output = createOutput(io, {
      json: plain.isJson,
      quiet: plain.isQuiet,
      isOutTaken: out === "-",
    });
    const nameWidth = Math.max(...[...inputs, ...empty].map(({ label }) => label.length));
    const lineOf = (label: string, text: string) => `${label.padEnd(nameWidth)}  ${text}`;
    let failed = 0;
    const fail = (label: string, thrown: unknown) => {
      failed++;
      const record = { file: label, status: "failed", error: jsonError(thrown) };
      output.failure(lineOf(label, `failed: ${messageOf(thrown)}`), record);
    };
    for (const { label, problem } of empty) fail(label, problem);
    if (inputs.length === 0) return 1;
    const classifier = await loadClassifier(config);
    const options = resolveOptions(query, classifier.bundle.manifest);
    const search: Search = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      options,
      maxPixels: config.maxMegapixels * 1e6,
      files,
      existing: again !== undefined ? "replace" : noOverwrite !== undefined ? "keep" : "compare",
      io,
    };
    const progress = output.progress(inputs.length, "fields");
    try {
      for (const [i, input] of inputs.entries()) {
        try {
          const { text, record, isResult } = await searchInput(
            search,
            input,
            (share) => progress.update(i + share),
          );
          progress.end();
          const print = isResult ? output.result : output.status;
          print(lineOf(input.label, text), { file: input.label, ...record });
        } catch (thrown) {
          progress.end();
          fail(input.label, thrown);
        }
        progress.update(i + 1);
      }
    } finally {
      progress.end();
      search.opener.close();
      await classifier.engine.close();
    }
    output.note(researchUseOnly);
    return failed > 0 ? 1 : 0;
  },
};

function isField(name: string): boolean {
  return /\.(png|jpe?g|tiff?)$/i.test(name);
}

function readFormat(typed: string | undefined): FormatName | undefined {
  if (typed === undefined || typed.trim() === "") return undefined;
  const known = formatNames.find((name) => name === typed);
  if (known !== undefined) return known;
  throw new UsageError(`--format is '${typed}'; it must be one of ${formatNames.join(", ")}.`);
}
