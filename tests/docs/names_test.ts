import { deepEqual, ok } from "node:assert/strict";
import denoJson from "../../deno.json" with { type: "json" };
import { optionsOf } from "../../src/cli/command.ts";
import { detect } from "../../src/cli/detect.ts";
import { evaluate } from "../../src/cli/evaluate.ts";
import { evaluateFields } from "../../src/cli/evaluate_fields.ts";
import { modelImport } from "../../src/cli/model_import.ts";
import { predict } from "../../src/cli/predict.ts";
import { serve } from "../../src/cli/serve.ts";
import { settings } from "../../src/config.ts";
import { prose, readPages, root } from "./pages.ts";

/** Matches a file of the repository in a sentence or a command; training writes `model/candidate`. */
const FILE = /[\s`(]((?:src|model(?!\/candidate)|deploy|tests|ops|examples)\/[\w./-]*\.[a-z]\w*)/g;

/** Matches `deno task NAME` and what follows, in a command or a sentence. */
const TASK = /(?:\bdeno(?:@[\d.]+)? task|`task) ([a-z][\w:]*)([^\n#|`]*)/g;

/** Options of the tasks that run a command of the program. */
const optionsOfTask = new Map<string, ReadonlySet<string>>(
  ([
    ["start", serve],
    ["predict", predict],
    ["detect", detect],
    ["evaluate", evaluate],
    ["evaluate:fields", evaluateFields],
    ["model:import", modelImport],
  ] as const).map(([task, command]) => [task, new Set(Object.keys(optionsOf(command)))]),
);

const pages = await readPages();

Deno.test("every link in the documentation has a target", async () => {
  const broken: string[] = [];
  for (const [page, text] of pages) {
    for (const [, target = ""] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : new URL(path, `file:///${page}`).pathname.slice(1);
      const headings = anchor === undefined ? undefined : anchors(pages.get(file) ?? "");
      if (!await exists(`${root}${file}`) || headings?.has(anchor ?? "") === false) {
        broken.push(`${page}: ${target}`);
      }
    }
  }
  deepEqual(broken, []);
});

Deno.test("every task, option, file and setting that the documentation names is there", async () => {
  const missing: string[] = [];
  const variables = new Set<string>(Object.values(settings).map(({ env }) => env));
  for (const [page, text] of pages) {
    for (const [, task = "", rest = ""] of text.matchAll(TASK)) {
      if (!(task in denoJson.tasks)) missing.push(`${page}: task ${task}`);
      const options = optionsOfTask.get(task);
      for (const [, option = ""] of rest.matchAll(/ --([a-z][\w-]*)/g)) {
        if (options?.has(option) === false) missing.push(`${page}: ${task} --${option}`);
      }
    }
    for (const [, file = ""] of text.matchAll(FILE)) {
      if (!await exists(`${root}${file}`)) missing.push(`${page}: ${file}`);
    }
    for (const [, name = ""] of text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)\b/g)) {
      const isOurs = !/^(OTEL|MITOSIS|DENO|KUBE|MALLOC|NO|NPM)_/.test(name);
      if (isOurs && !variables.has(name)) missing.push(`${page}: ${name}`);
    }
  }
  deepEqual(missing, []);
});

Deno.test("the changelog has the form that the release takes its notes from", () => {
  const headings = [...(pages.get("CHANGELOG.md") ?? "").matchAll(/^## (.*)$/gm)];
  ok(headings.length > 0);
  for (const [, heading = ""] of headings) {
    ok(/^(Unreleased|\[?\d+\.\d+\.\d+\]? - \d{4}-\d\d-\d\d)$/.test(heading), heading);
  }
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Lists the anchors that GitHub makes of the headings of a page. */
function anchors(text: string): Set<string> {
  const headings = text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-")
    ),
  );
}
