import { deepEqual, equal, ok } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import ts from "npm:typescript@5.9.3";
import manifest from "../../model/manifest.json" with { type: "json" };
import { openBrowser } from "../browser.ts";
import { run } from "../deploy/container/root.ts";
import { codeBlocks, root } from "../docs/pages.ts";
import { browserTest, npxTest } from "../optional.ts";
import { loadClassifier } from "../../src/library/mod.ts";
import { listen, post, sample } from "../service.ts";
import { drawnSlide, MITOSES } from "../slide_search/memory_slide.ts";
import { tiffOf } from "../tiff_writer.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";

/** The programs that run the package, at fixed versions. */
const NODE = "node@22.23.3";
const BUN = "bun@1.4.5";

/** Media types of the package's files, by their endings. */
const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  wasm: "application/wasm",
  onnx: "application/octet-stream",
  png: "image/png",
};

/** Maximum size of the package as it is downloaded, in MB. */
const MAX_PACKED_MB = 6;

/** Threshold at which the drawn mitoses of a slide are found. */
const THRESHOLD = 0.7;

const readme = await Deno.readTextFile(`${root}README.md`);
const example = codeBlocks(readme).find(({ text }) => text.includes("loadClassifier"))?.text ?? "";

let built: Promise<string> | undefined;

/** Builds the package once. Returns a folder where it is installed, with the samples of the example. */
function installed(): Promise<string> {
  return built ??= (async () => {
    const folder = await Deno.makeTempDir();
    const args = ["-q", `--lock=${root}tests/deno.lock`, "-A", `${root}deploy/npm/build.ts`];
    await run(
      Deno.execPath(),
      "run",
      ...args,
      "--output",
      `${folder}/node_modules/mitosis-detector`,
    );
    await Deno.symlink(`${root}model`, `${folder}/model`);
    await Deno.writeTextFile(`${folder}/example.mjs`, example);
    return folder;
  })();
}

Deno.test.afterAll(async () => {
  if (built !== undefined) await Deno.remove(await built, { recursive: true });
});

/** Writes a picture as an Aperio SVS of uncompressed tiles. */
function svsOf({ width, height, data }: RgbImage): Uint8Array<ArrayBuffer> {
  const side = 256;
  const tiles: Uint8Array[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const tile = new Uint8Array(side * side * 3);
      const right = Math.min(left + side, width);
      for (let y = top; y < Math.min(top + side, height); y++) {
        const row = data.subarray((y * width + left) * 3, (y * width + right) * 3);
        tile.set(row, (y - top) * side * 3);
      }
      tiles.push(tile);
    }
  }
  const tags = {
    254: 0,
    256: width,
    257: height,
    258: [8, 8, 8],
    259: 1,
    262: 2,
    270: "Aperio Image Library v12.0.0 |MPP = 0.25",
    277: 3,
    322: side,
    323: side,
  };
  return tiffOf([{ strips: tiles, tags }]);
}

/** What the service answers for the images of the example, as the example prints it. */
async function printedByService(): Promise<string> {
  await using service = await listen();
  const send = async (path: string, name: string) =>
    await (await fetch(service.url + path, {
      ...post(await sample(name)),
      headers: { "content-type": "image/png" },
    })).json();
  const { predictions: [{ probability }] } = await send("model/predict", "metaphase");
  const { summary: { count }, detections: [first] } = await send("model/detect?mpp=0.25", "field");
  const { selfTest } = manifest;
  ok(Math.abs(probability - selfTest.probability) <= selfTest.tolerance);
  ok(count > 1);
  return `${probability} ${count} ${first.x} ${first.y}`;
}

/** Runs the example of the README in the folder of the package. */
async function runExample(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: await installed(),
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the library's example in the README prints the service's answers in Deno", async () => {
  const folder = await installed();
  const map = { imports: { "mitosis-detector": `${root}src/library/mod.ts` } };
  const config = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  await Deno.writeTextFile(
    `${folder}/deno.json`,
    JSON.stringify({
      imports: { ...config.imports, ...map.imports },
      unstable: config.unstable,
    }),
  );
  const expected = await printedByService();
  const lock = ["--no-lock", "--node-modules-dir=none", "--config=deno.json"];
  equal(await runExample(Deno.execPath(), "run", "-q", "-A", ...lock, "example.mjs"), expected);
  await Deno.remove(`${folder}/deno.json`);
});

for (const [platform, version] of [["Node", NODE], ["Bun", BUN]] as const) {
  npxTest(
    `the library's example in the README prints the service's answers in ${platform}`,
    async (npx) => {
      equal(await runExample(npx, "-y", version, "example.mjs"), await printedByService());
    },
  );
}

npxTest("a slide gives the same detections in Node as in Deno", async (npx) => {
  const folder = await installed();
  await Deno.writeFile(`${folder}/slide.svs`, svsOf(await drawnSlide()));
  await Deno.writeTextFile(
    `${folder}/slide.mjs`,
    `import { isProblem, loadClassifier } from "mitosis-detector";
    const classifier = await loadClassifier();
    const slide = await classifier.openSlide("slide.svs");
    const { summary: { count }, detections } = await slide.search({ threshold: ${THRESHOLD} });
    slide.close();
    const refused = await classifier.openSlide("missing.svs").catch((error) => error);
    console.log(JSON.stringify([count, detections, isProblem(refused) && refused.message]));`,
  );
  const printed = JSON.parse(await runExample(npx, "-y", NODE, "slide.mjs"));
  await using classifier = await loadClassifier();
  using slide = await classifier.openSlide(`${folder}/slide.svs`);
  const { summary: { count }, detections } = await slide.search({ threshold: THRESHOLD });
  equal(count, MITOSES.length);
  deepEqual(printed, [count, detections, "'missing.svs' cannot be read: there is no such file."]);
});

browserTest("the library's example gives the service's answers in Chromium", async () => {
  const folder = await installed();
  const server = createServer((request, response) => {
    const path = request.url === "/" ? undefined : `${folder}${request.url}`;
    const type = path === undefined ? "text/html" : TYPES[path.split(".").at(-1) ?? ""];
    Promise.resolve(path === undefined ? "<!DOCTYPE html>" : Deno.readFile(path)).then(
      (body) => response.writeHead(200, { "content-type": type ?? "text/plain" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}/`;
  await using browser = await openBrowser();
  const page = await browser.newPage(origin);
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await page.goto(origin);
  // The same example, with `fetch` in place of `readFile`.
  const code = example
    .replace(/^import \{ readFile \}.*$/m, "")
    .replace('"mitosis-detector"', '"/node_modules/mitosis-detector/browser.js"')
    .replaceAll(/readFile\("(.*?)"\)/g, '(await fetch("/$1")).bytes()')
    .replace("console.log(", "globalThis.printed = [")
    .replace(/\);(?=\nawait classifier\.close)/, "].join(' ');");
  await page.addScriptTag({ type: "module", content: code });
  await page.waitForFunction("globalThis.printed !== undefined").catch(() => {});
  deepEqual(failures, []);
  equal(await page.evaluate("globalThis.printed"), await printedByService());
  deepEqual(browser.refused, []);
  server.close();
});

Deno.test("the package's types fit its example, and it is small enough to download", async () => {
  const folder = await installed();
  await Deno.writeTextFile(`${folder}/package.json`, "{}");
  await Deno.writeTextFile(
    `${folder}/node.d.ts`,
    `declare module "node:fs/promises" {
      export function readFile(path: string): Promise<Uint8Array>;
    }`,
  );
  await Deno.writeTextFile(
    `${folder}/example.mts`,
    `${example}
    // @ts-expect-error: a text is no field.
    await classifier.detect("field.png");`,
  );
  const program = ts.createProgram([`${folder}/example.mts`, `${folder}/node.d.ts`], {
    strict: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
  });
  const found = ts.getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  deepEqual(found, []);

  await run("tar", "-czf", `${folder}/package.tgz`, "-C", `${folder}/node_modules`, ".");
  const { size } = await Deno.stat(`${folder}/package.tgz`);
  ok(size / 1e6 < MAX_PACKED_MB, `${size} bytes`);
});
