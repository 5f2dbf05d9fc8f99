import { messageOf, Problem } from "../errors.ts";
import { LOAD_SETTINGS, loadClassifier } from "../patch/load.ts";
import type { Classifier } from "../patch/classifier.ts";
import { predictPatches } from "../patch/predict.ts";
import { researchUseOnly } from "../research_use.ts";
import { type Command, UsageError } from "./command.ts";
import { progressBar } from "./progress.ts";

/** What is said of one file. */
type Answer =
  | { readonly file: string; readonly probability: number; readonly mitosis: boolean }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } };

/** `predict`: scores files without a server. */
export const predict: Command = {
  name: "predict",
  operands: "FILE...",
  summary: "Score PNG patches without a server.",
  details:
    "On a terminal it prints a table, in a pipe one JSON object a line. A file that cannot " +
    "be scored does not stop the others; the exit code is 1 then.",
  options: {},
  settings: LOAD_SETTINGS,
  async run({ operands, config }) {
    if (operands.length === 0) throw new UsageError("predict needs at least one PNG file.");
    const classifier = await loadClassifier(config);
    const onTerminal = Deno.stdout.isTerminal();
    const progress = progressBar(operands.length, "patches");
    const answers: Answer[] = [];
    const inParallel = classifier.engine.concurrency * 2;
    try {
      for (let from = 0; from < operands.length; from += inParallel) {
        const files = operands.slice(from, from + inParallel);
        const scored = await Promise.all(files.map((file) => score(classifier, file)));
        progress.update(from + files.length);
        if (!onTerminal) { for (const answer of scored) console.log(JSON.stringify(answer)); }
        answers.push(...scored);
      }
    } finally {
      progress.end();
      await classifier.engine.close();
    }
    if (onTerminal) console.log(table(answers));
    return answers.some((answer) => "error" in answer) ? 1 : 0;
  },
};

async function score(classifier: Classifier, file: string): Promise<Answer> {
  try {
    const [probability = NaN] = await predictPatches(classifier, [await Deno.readFile(file)]);
    const mitosis = probability >= classifier.bundle.manifest.threshold;
    return { file, probability, mitosis };
  } catch (thrown) {
    const code = thrown instanceof Problem ? thrown.code : "file_unreadable";
    return { file, error: { code, message: messageOf(thrown) } };
  }
}

function table(answers: readonly Answer[]): string {
  const width = Math.max(...answers.map(({ file }) => file.length));
  const lines = answers.map((answer) => {
    const name = answer.file.padEnd(width);
    if ("error" in answer) return `${name}  ${answer.error.message}`;
    return `${name}  ${answer.probability.toFixed(4)}  ${answer.mitosis ? "mitosis" : "-"}`;
  });
  return [...lines, researchUseOnly].join("\n");
}
