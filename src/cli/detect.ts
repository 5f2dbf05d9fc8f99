import { messageOf, Problem } from "../errors.ts";
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
import { detectTarget, type Target } from "./detect_target.ts";
import { progressBar } from "./progress.ts";
import { readSearchOptions, searchOptions, searchSettings } from "./search_options.ts";

/** Steps of the progress bar per file. */
const STEPS = 100;

/** `detect`: finds mitoses in whole fields. */
export const detect: Command = {
  name: "detect",
  operands: "FILE...",
  summary: "Find mitoses in whole fields of view.",
  details:
    "Takes PNG, JPEG and TIFF. Prints a line for each file on standard output. --out names a " +
    "file (for one field) or a folder; a result that is there already is not made again, so that a " +
    "run that was ended goes on where it was. A file that cannot be read does not stop the others; " +
    "the exit code is 1 then.",
  options: {
    ...searchOptions,
    format: { value: "NAME", meaning: `What is written: ${formatNames.join(", ")}.` },
    out: { value: "PATH", meaning: "Where it is written: a file, or a folder that ends with /." },
    again: { value: "flag", meaning: "Make results that are there already again." },
  },
  settings: searchSettings,
  async run({ operands, options: { format, out, again, ...typed }, config }) {
    if (operands.length === 0) throw new UsageError("detect needs at least one image file.");
    const query = readSearchOptions(typed);
    const target = await detectTarget(operands, formatOf(format), out);
    const classifier = await loadClassifier(config);
    const options = resolveOptions(query, classifier.bundle.manifest);
    const search = {
      classifier,
      opener: fieldOpener({ ...config, maxFields: 1 }),
      options,
      maxPixels: config.maxMegapixels * 1e6,
    };
    const width = Math.max(...operands.map((file) => file.length));
    const progress = progressBar(operands.length * STEPS, "% of a field");
    let failed = 0;
    try {
      for (const [i, file] of operands.entries()) {
        let line: string;
        try {
          line = again === undefined && await target?.exists(file)
            ? "was there already"
            : await one(search, file, target, (done) => progress.update((i + done) * STEPS));
        } catch (thrown) {
          failed++;
          line = thrown instanceof Problem
            ? `failed: ${thrown.message}`
            : `failed: ${messageOf(thrown)}`;
        }
        progress.end();
        console.log(`${file.padEnd(width)}  ${line}`);
        progress.update((i + 1) * STEPS);
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

interface Search {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  readonly options: DetectOptions;
  readonly maxPixels: number;
}

async function one(
  { classifier, opener, options, maxPixels }: Search,
  file: string,
  target: Target | undefined,
  onDone: (share: number) => void,
): Promise<string> {
  const started = performance.now();
  const bytes = await Deno.readFile(file);
  const field = await opener.open(fieldRequest(classifier, bytes, maxPixels, options.mpp));
  try {
    const result = await detectMitoses(classifier, field, options, {
      onProgress: ({ done }) => onDone(done),
    });
    if (target !== undefined) {
      await target.write(file, await writeResult(target.format, result, field));
    }
    return row(result, (performance.now() - started) / 1000);
  } finally {
    field.close();
  }
}

function row({ image, summary: { count, areaMm2, perMm2 } }: FieldResult, seconds: number): string {
  return [
    `${image.width} x ${image.height} px, ${describeScale(image)}, ${areaMm2.toPrecision(2)} mm²`,
    `${count} ${count === 1 ? "mitosis" : "mitoses"}`,
    `${perMm2.toFixed(1)} / mm²`,
    `${seconds.toFixed(1)} s`,
  ].join("   ");
}

function formatOf(typed: string | undefined): FormatName | undefined {
  if (typed === undefined) return undefined;
  const known = formatNames.find((name) => name === typed);
  if (known !== undefined) return known;
  throw new UsageError(`--format is '${typed}'; it takes ${formatNames.join(", ")}.`);
}
