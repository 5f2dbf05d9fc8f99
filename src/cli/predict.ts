import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import type { Classifier } from "../patch/classifier.ts";
import { predictPatches } from "../patch/predict.ts";
import { researchUseOnly } from "../research_use.ts";
import {
  createProvenance,
  identifyInput,
  identifyModel,
  type Provenance,
} from "../result/provenance.ts";
import { type Command, UsageError } from "./command.ts";
import { findInputs, type Input } from "./inputs.ts";
import { type JsonError, jsonError } from "./output.ts";

/** The result of one file. */
type FileResult =
  | {
    readonly file: string;
    readonly probability: number;
    readonly mitosis: boolean;
    readonly provenance: Provenance;
  }
  | { readonly file: string; readonly error: JsonError };

/** The command `predict`: scores patches without a server. */
export const predict: Command = {
  name: "predict",
  operands: "FILE|FOLDER|GLOB|-...",
  summary: "Score PNG patches without a server.",
  details:
    "Reads PNG files, those in folders, or standard input (-). Prints a table on a terminal, and one JSON " +
    "object per line into a pipe or a file, or with --json. A file that cannot be scored does not stop " +
    "the others, but the exit code is 1.",
  options: {},
  settings: LOAD_SETTINGS,
  async run({ operands, config, io, output }) {
    if (operands.length === 0) throw new UsageError("predict needs at least one PNG file.");
    const { inputs, empty } = await findInputs(
      operands,
      io,
      "PNG patches",
      (name) => /\.png$/i.test(name),
    );
    const isTable = io.isTerminal && !output.isJson;
    const results: FileResult[] = empty.map(({ label, problem }) => ({
      file: label,
      error: jsonError(problem),
    }));
    const print = (some: readonly FileResult[]) => {
      if (!isTable) { for (const result of some) io.out(JSON.stringify(result)); }
    };
    print(results);
    if (inputs.length > 0) {
      const classifier = await loadClassifier(config);
      const progress = output.progress(inputs.length, "patches");
      // Twice as many files as inference workers, so that one file is decoded while another is scored.
      const filesAtOnce = classifier.engine.concurrency * 2;
      try {
        for (let from = 0; from < inputs.length; from += filesAtOnce) {
          const some = inputs.slice(from, from + filesAtOnce);
          const scored = await Promise.all(some.map((input) => scoreInput(classifier, input)));
          progress.update(from + some.length);
          print(scored);
          results.push(...scored);
        }
      } finally {
        progress.end();
        await classifier.engine.close();
      }
    }
    if (isTable) io.out(formatTable(results));
    if (isTable) output.note(researchUseOnly);
    return results.some((result) => "error" in result) ? 1 : 0;
  },
};

async function scoreInput(classifier: Classifier, input: Input): Promise<FileResult> {
  const { manifest } = classifier.bundle;
  try {
    const bytes = await input.read();
    const [probability = NaN] = await predictPatches(classifier, [bytes]);
    const name = input.relative.split("/").at(-1) ?? "";
    return {
      file: input.label,
      probability,
      mitosis: probability >= manifest.threshold,
      provenance: createProvenance(await identifyInput(name, bytes), identifyModel(manifest), {
        threshold: manifest.threshold,
      }),
    };
  } catch (thrown) {
    return { file: input.label, error: jsonError(thrown) };
  }
}

function formatTable(results: readonly FileResult[]): string {
  const width = Math.max(...results.map(({ file }) => file.length));
  return results.map((result) => {
    const name = result.file.padEnd(width);
    if ("error" in result) return `${name}  failed: ${result.error.message}`;
    return `${name}  ${result.probability.toFixed(4)}  ${result.mitosis ? "mitosis" : "-"}`;
  }).join("\n");
}
