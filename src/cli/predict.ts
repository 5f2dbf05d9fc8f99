import { messageOf, Problem } from "../errors.ts";
import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import type { Classifier } from "../patch/classifier.ts";
import { predictPatches } from "../patch/predict.ts";
import { researchUseOnly } from "../research_use.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress_bar.ts";
import { readFile } from "./read_file.ts";

/** The result of one file. */
type FileResult =
  | { readonly file: string; readonly probability: number; readonly mitosis: boolean }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

/** The command `predict`: scores patches without a server. */
export const predict: Command = {
  name: "predict",
  operands: "FILE...",
  summary: "Score PNG patches without a server.",
  details:
    "Prints a table on a terminal, and one JSON object per line into a pipe or a file. A file that " +
    "cannot be scored does not stop the others, but the exit code is 1.",
  options: {},
  settings: LOAD_SETTINGS,
  async run({ operands, config }) {
    if (operands.length === 0) throw new UsageError("predict needs at least one PNG file.");
    const classifier = await loadClassifier(config);
    const onTerminal = Deno.stdout.isTerminal();
    const progress = progressBar(operands.length, "patches");
    const results: FileResult[] = [];
    // Twice as many files as inference workers, so that one file is decoded while another is scored.
    const filesAtOnce = classifier.engine.concurrency * 2;
    try {
      for (let from = 0; from < operands.length; from += filesAtOnce) {
        const files = operands.slice(from, from + filesAtOnce);
        const scored = await Promise.all(files.map((file) => scoreFile(classifier, file)));
        progress.update(from + files.length);
        if (!onTerminal) { for (const result of scored) console.log(JSON.stringify(result)); }
        results.push(...scored);
      }
    } finally {
      progress.end();
      await classifier.engine.close();
    }
    if (onTerminal) console.log(formatTable(results));
    return results.some((result) => "error" in result) ? 1 : 0;
  },
};

async function scoreFile(classifier: Classifier, file: string): Promise<FileResult> {
  try {
    const [probability = NaN] = await predictPatches(classifier, [await readFile(file)]);
    const mitosis = probability >= classifier.bundle.manifest.threshold;
    return { file, probability, mitosis };
  } catch (thrown) {
    const code = thrown instanceof Problem ? thrown.code : "internal";
    return { file, error: { code, message: messageOf(thrown) } };
  }
}

function formatTable(results: readonly FileResult[]): string {
  const width = Math.max(...results.map(({ file }) => file.length));
  const lines = results.map((result) => {
    const name = result.file.padEnd(width);
    if ("error" in result) return `${name}  ${result.error.message}`;
    return `${name}  ${result.probability.toFixed(4)}  ${result.mitosis ? "mitosis" : "-"}`;
  });
  return [...lines, researchUseOnly].join("\n");
}
