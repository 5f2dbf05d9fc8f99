import { deepEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import denoJson from "../deno.json" with { type: "json" };
import { detect } from "../src/cli/detect.ts";
import { evaluate } from "../src/cli/evaluate.ts";
import { evaluateFields } from "../src/cli/evaluate_fields.ts";
import { modelImport } from "../src/cli/model_import.ts";
import { predict } from "../src/cli/predict.ts";
import { serve } from "../src/cli/serve.ts";
import { optionName, settings } from "../src/config.ts";

/** Matches a path of a file in this repository. Training writes `model/candidate`, so it may be absent. */
const FILE = /[\s`(]((?:src|model(?!\/candidate)|deploy|tests|ops|examples)\/[\w./-]*\.[a-z]\w*)/g;

/** Matches `deno task NAME` and the rest of the line. */
const TASK = /(?:\bdeno(?:@[\d.]+)? task|`task) ([a-z][\w:]*)([^\n#|`]*)/g;

/** The options of each task that runs a command of the program. */
const optionsOf = new Map<string, ReadonlySet<string>>(
  ([
    ["start", serve],
    ["predict", predict],
    ["detect", detect],
    ["evaluate", evaluate],
    ["evaluate:fields", evaluateFields],
    ["model:import", modelImport],
  ] as const).map(([task, { options, settings: names }]) => [
    task,
    new Set(["help", ...Object.keys(options), ...names.map((name) => optionName(settings[name]))]),
  ]),
);

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = await markdown(root, "");

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

Deno.test("every task, option, file and setting that the documentation names exists", async () => {
  const missing: string[] = [];
  const variables = new Set<string>(Object.values(settings).map(({ env }) => env));
  for (const [page, text] of pages) {
    for (const [, task = "", rest = ""] of text.matchAll(TASK)) {
      if (!(task in denoJson.tasks)) missing.push(`${page}: task ${task}`);
      const options = optionsOf.get(task);
      for (const [, option = ""] of rest.matchAll(/ --([a-z][\w-]*)/g)) {
        if (options?.has(option) === false) missing.push(`${page}: ${task} --${option}`);
      }
    }
    for (const [, file = ""] of text.matchAll(FILE)) {
      if (!await exists(`${root}${file}`)) missing.push(`${page}: ${file}`);
    }
    for (const [, name = ""] of text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)\b/g)) {
      const isSetting = !/^(OTEL|MITOSIS|DENO|KUBE|MALLOC)_/.test(name);
      if (isSetting && !variables.has(name)) missing.push(`${page}: ${name}`);
    }
  }
  deepEqual(missing, []);
});

Deno.test("the headings of the changelog have the form that the release notes are cut from", () => {
  const headings = [...(pages.get("CHANGELOG.md") ?? "").matchAll(/^## (.*)$/gm)];
  ok(headings.length > 0);
  for (const [, heading = ""] of headings) {
    ok(/^(Unreleased|\[?\d+\.\d+\.\d+\]? - \d{4}-\d\d-\d\d)$/.test(heading), heading);
  }
});

/** Returns the text of all Markdown files below a folder, by path. */
async function markdown(root: string, folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(`${root}${folder}`)) {
    const path = `${folder}${name}`;
    if (/^(\.git|\.venv|node_modules|models|results|dist|\.pytest_cache)$/.test(name)) continue;
    if (isDirectory) { for (const page of await markdown(root, `${path}/`)) found.set(...page); }
    else if (name.endsWith(".md")) found.set(path, await Deno.readTextFile(`${root}${path}`));
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Removes code, in which brackets are not links. */
function prose(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

/** Returns the anchors of a page, which GitHub derives from its headings. */
function anchors(text: string): Set<string> {
  const headings = text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-")
    ),
  );
}
