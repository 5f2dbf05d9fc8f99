import { deepEqual, equal, ok } from "node:assert/strict";
import manifest from "../../model/manifest.json" with { type: "json" };
import { checkerTest } from "../optional.ts";
import { listen, type ListeningService } from "../service.ts";
import { codeBlocks, readPages, root } from "./pages.ts";

/** The address that the documentation prints. */
const PRINTED = "localhost:5000";

/** A route that a page names, with or without its method. */
interface Route {
  readonly method: string | undefined;
  readonly path: string;
  readonly page: string;
}

const pages = await readPages();

Deno.test("every route that the documentation names is one of the service", async () => {
  await using service = await listen();
  const routes = new Map<string, Route>();
  for (const [page, text] of pages) {
    for (const { method, path } of routesIn(text)) {
      routes.set(`${method} ${path}`, { method, path, page });
    }
  }
  const unknown: string[] = [];
  for (const { method, path, page } of routes.values()) {
    const methods = method === undefined ? ["GET", "POST"] : [method];
    const statuses = await Promise.all(methods.map(async (method) => {
      const response = await service.request(path, { method });
      await response.body?.cancel();
      return response.status;
    }));
    if (statuses.every((status) => status === 404 || status === 405)) {
      unknown.push(`${page}: ${method ?? "any method"} ${path} answers ${statuses}`);
    }
  }
  deepEqual(unknown, []);
  ok(routes.size > 20, `only ${routes.size} routes were found in the documentation`);
});

Deno.test("every model that the documentation names is the one that is served", () => {
  const wrong: string[] = [];
  for (const [page, text] of pages) {
    const named = text.matchAll(/model_name"?[=:] ?"([^"]*)"|\/v2\/models\/([\w.-]+)/g);
    for (const [shown, inCode, inPath] of named) {
      if ((inCode ?? inPath) !== manifest.id) wrong.push(`${page}: ${shown}`);
    }
  }
  deepEqual(wrong, []);
});

Deno.test({
  name: "every curl command of the documentation is answered 2xx, and as the documentation says",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using service = await listen();
    const folder = await folderWithSamples();
    let [commands, answers] = [0, 0];
    try {
      for (const [page, text] of pages) {
        let answer: string | undefined;
        for (const block of codeBlocks(text)) {
          if (block.language === "json" && block.isNext && answer !== undefined) {
            answers++;
            isPartOf(JSON.parse(block.text), JSON.parse(answer), `the answer in ${page}`);
          }
          answer = undefined;
          for (const command of await runnableCurls(block.text)) {
            commands++;
            answer = await runCurl(command, service, folder, page);
          }
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    ok(commands >= 10, `only ${commands} curl commands were found in the documentation`);
    ok(answers >= 2, `only ${answers} answers were found in the documentation`);
  },
});

const blocksOfReadme = codeBlocks(pages.get("README.md") ?? "");

Deno.test("the TypeScript of the README prints the probability", async () => {
  const code = blocksOfReadme.find(({ language }) => language.startsWith("ts"))?.text ?? "";
  await printsProbability(Deno.execPath(), ["run", "--quiet", "--no-config", "-A"], code, "ts");
});

checkerTest("the Python of the README prints the probability", ["python"], async (python) => {
  const code = blocksOfReadme.find(({ language }) => language === "python")?.text ?? "";
  await printsProbability(python, [], code, "py");
});

/** Runs a program of the README against a service; it has to print the self-test's probability. */
async function printsProbability(program: string, args: string[], code: string, ending: string) {
  await using service = await listen();
  const file = await Deno.makeTempFile({ suffix: `.${ending}` });
  try {
    ok(code.includes(PRINTED), "the README has such a program");
    await Deno.writeTextFile(file, code.replaceAll(PRINTED, new URL(service.url).host));
    const { stdout, stderr } = await new Deno.Command(program, { args: [...args, file], cwd: root })
      .output();
    const printed = Number(new TextDecoder().decode(stdout).trim() || NaN);
    const { probability, tolerance } = manifest.selfTest;
    ok(Math.abs(printed - probability) <= tolerance, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(file);
  }
}

/** Lists the routes that a page names, with the served model in place of `{model}`. */
function routesIn(text: string): Omit<Route, "page">[] {
  const path = String.raw`(\/[\w.{}\/-]*)`;
  const withMethod = text.matchAll(new RegExp(String.raw`\b(GET|POST|PUT|DELETE) ${path}`, "g"));
  const ofUrls = text.matchAll(new RegExp(`${PRINTED}${path}`, "g"));
  const bare = text.matchAll(
    new RegExp("`" + String.raw`(?=\/(?:model|v2|app|metrics|openapi|swagger)\b)${path}`, "g"),
  );
  return [
    ...[...withMethod].map(([, method, path = ""]) => ({ method, path })),
    ...[...ofUrls, ...bare].map(([, path = ""]) => ({ method: undefined, path })),
  ].map(({ method, path }) => ({
    method,
    path: path.replace("{model}", manifest.id).replace("{version}", manifest.version),
  })).filter(({ path }) => path === "/" || !path.endsWith("/"));
}

/** Makes a folder to run commands in, with the samples where the commands look for them. */
async function folderWithSamples(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.symlink(`${root}model`, `${folder}/model`);
  return folder;
}

/** Lists the curl commands of a block that address the service and whose files exist. */
async function runnableCurls(block: string): Promise<string[]> {
  const lines = block.replaceAll(/\\\n\s*/g, " ").split("\n");
  const commands = lines.filter((line) => line.startsWith("curl ") && line.includes(PRINTED));
  const isRunnable = await Promise.all(commands.map(async (command) => {
    const files = [...command.matchAll(/@([\w./-]+)/g)].map(([, file = ""]) => file);
    const found = files.map((file) => Deno.stat(`${root}${file}`).then(() => true, () => false));
    return (await Promise.all(found)).every(Boolean);
  }));
  return commands.filter((_, i) => isRunnable[i]);
}

/** Runs a curl command against a service, and returns what it prints. */
async function runCurl(
  command: string,
  { url }: ListeningService,
  folder: string,
  page: string,
): Promise<string> {
  const strict = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n';
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", strict + command.replaceAll(PRINTED, new URL(url).host)],
    cwd: folder,
  }).output();
  const printed = new TextDecoder().decode(stdout);
  equal(code, 0, `${page}: ${command}\n${printed}${new TextDecoder().decode(stderr)}`);
  return printed;
}

/**
 * Asserts that an answer has all that a page prints of it. Objects may have more keys than are printed;
 * numbers have to agree in all printed digits.
 */
function isPartOf(printed: unknown, answer: unknown, where: string): void {
  if (typeof printed === "number" && typeof answer === "number") {
    const digits = /\.(\d+)/.exec(String(printed))?.[1]?.length ?? 0;
    equal(Number(answer.toFixed(digits)), printed, `${where} prints ${printed}`);
  } else if (Array.isArray(printed) && Array.isArray(answer)) {
    equal(answer.length, printed.length, `${where} lists ${printed.length}`);
    printed.forEach((one, i) => isPartOf(one, answer[i], `${where}[${i}]`));
  } else if (isRecord(printed) && isRecord(answer)) {
    for (const [key, value] of Object.entries(printed)) {
      isPartOf(value, answer[key], `${where}.${key}`);
    }
  } else {
    equal(answer, printed, `${where} is another one`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
