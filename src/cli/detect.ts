import { messageOf } from "../errors.ts";
import { detectMitoses } from "../search/search.ts";
import { type FieldOpener, fieldOpener, fieldRequest } from "../search/field_opener.ts";
import { describeScale } from "../result/scale.ts";
import { type FormatName, formatNames } from "../result/output/formats.ts";
import { writeResult } from "../result/output/writers.ts";
import type { DetectOptions, FieldResult } from "../result/result.ts";
import { resolveOptions } from "../search/options.ts";
import type { Classifier } from "../patch/classifier.ts";
import { loadClassifier } from "../patch/load.ts";
import { researchUseOnly } from "../research_use.ts";
import { type Command, UsageError } from "./command.ts";
import { type DetectOutput, selectOutput } from "./detect_output.ts";
import { progressBar } from "./progress_bar.ts";
import { readFile } from "./read_file.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";

/** The command `detect`: finds mitoses in whole fields. */
export const detect: Command = {
  name: "detect",
  operands: "FILE...",
  summary: "Find mitoses in whole fields of view.",
  details:
    "Reads PNG, JPEG and TIFF files. Prints one line per file on standard output, and writes a " +
    "result for each file if --out or --format is given. A file whose result is already in the output " +
    "folder is skipped, so that an interrupted run continues where it stopped. A file that fails " +
    "does not stop the others, but the exit code is 1.",
  options: {
    ...searchOptions,
    format: {
      placeholder: "NAME",
      meaning: `Format of the results: ${
        formatNames.join(", ")
      } [default: by the ending of --out, or json].`,
    },
    out: {
      placeholder: "PATH",
      meaning: "Output folder, if PATH ends with / or is a folder; otherwise output file " +
        "[default: results/ if --format is given].",
    },
    again: {
      meaning: "Compute results again even if they already exist, for example with other options.",
    },
  },
  settings: searchSettings,
  async run({ operands, options: { format, out, again, ...typed }, config }) {
    if (operands.length === 0) throw new UsageError("detect needs at least one image file.");
    const query = readSearchOptions(typed);
    const output = await selectOutput(operands, readFormat(format), out);
    const classifier = await loadClassifier(config);
    const options = resolveOptions(query, classifier.bundle.manifest);
    const search = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      options,
      maxPixels: config.maxMegapixels * 1e6,
    };
    const nameWidth = Math.max(...operands.map((file) => file.length));
    const progress = progressBar(operands.length, "fields");
    let failed = 0;
    try {
      for (const [i, file] of operands.entries()) {
        let line: string;
        try {
          const existing = again === undefined ? await output?.findResult(file) : undefined;
          line = existing === undefined
            ? await searchFile(search, file, output, (share) => progress.update(i + share))
            : `skipped: ${existing} exists`;
        } catch (thrown) {
          failed++;
          line = `failed: ${messageOf(thrown)}`;
        }
        progress.end();
        console.log(`${file.padEnd(nameWidth)}  ${line}`);
        progress.update(i + 1);
      }
    } finally {
      progress.end();
      search.opener.close();
      await classifier.engine.close();
    }
    console.error(researchUseOnly);
    return failed > 0 ? 1 : 0;
  },
};

/** The arguments that the searches of all files have in common. */
interface Search {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  readonly options: DetectOptions;
  /** Maximum number of pixels of a field. */
  readonly maxPixels: number;
}

/**
 * Searches one file and writes its result to `output`, if there is one.
 *
 * @param onProgress Called with the share of the search that is done, 0 to 1.
 * @returns The line to print.
 */
async function searchFile(
  { classifier, opener, options, maxPixels }: Search,
  file: string,
  output: DetectOutput | undefined,
  onProgress: (share: number) => void,
): Promise<string> {
  const started = performance.now();
  const bytes = await readFile(file);
  const field = await opener.open(fieldRequest(classifier, bytes, maxPixels, options.mpp));
  try {
    const result = await detectMitoses(classifier, field, options, {
      onProgress: ({ done }) => onProgress(done),
    });
    if (output !== undefined) {
      await output.write(file, await writeResult(output.format, result, field));
    }
    return formatResult(result, (performance.now() - started) / 1000);
  } finally {
    field.close();
  }
}

function formatResult(
  { image, summary: { count, areaMm2, perMm2 } }: FieldResult,
  seconds: number,
): string {
  return [
    `${image.width} x ${image.height} px, ${describeScale(image)}, ${areaMm2.toPrecision(2)} mm²`,
    `${count} ${count === 1 ? "mitosis" : "mitoses"}`,
    `${perMm2.toFixed(1)} / mm²`,
    `${seconds.toFixed(1)} s`,
  ].join("   ");
}

function readFormat(typed: string | undefined): FormatName | undefined {
  if (typed === undefined) return undefined;
  const known = formatNames.find((name) => name === typed);
  if (known !== undefined) return known;
  throw new UsageError(`--format is '${typed}'; it must be one of ${formatNames.join(", ")}.`);
}
