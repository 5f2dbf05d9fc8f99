/**
 * `deno task build:npm [--output FOLDER]`: writes the library as an npm package to `dist/npm`, with one bundle for Node and
 * Bun and one for browsers. The ONNX runtime and the model are files beside them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import ts from "npm:typescript@5.9.3";
import denoConfig from "../../deno.json" with { type: "json" };
import { researchUseOnly } from "../../src/research_use.ts";

const root = new URL("../../", import.meta.url);
const { values } = parseArgs({
  options: { output: { type: "string", default: fileURLToPath(new URL("dist/npm", root)) } },
});
const out = `${resolve(values.output)}/`;

/** Defines `Uint8Array.prototype.toHex` in Node 22 and older browsers, which lack it. */
const TO_HEX = `if (!("toHex" in Uint8Array.prototype)) {
  Object.defineProperty(Uint8Array.prototype, "toHex", {
    configurable: true,
    writable: true,
    value() {
      return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
  });
}
`;

/** A bundle: the modules that it replaces, and what it begins with. */
interface Bundle {
  readonly file: string;
  readonly replacements: Readonly<Record<string, string>>;
  readonly prelude: string;
}

/** Modules that both bundles replace. */
const REPLACEMENTS = {
  [inRoot("src/inference/ort.ts")]: inRoot("deploy/edge/cloudflare/ort.ts"),
  [inRoot("src/inference/runtime.ts")]: inRoot("deploy/npm/runtime.ts"),
  [inRoot("src/model/embedded.ts")]: inRoot("deploy/npm/embedded.ts"),
};

const BUNDLES: readonly Bundle[] = [
  {
    file: "node.js",
    replacements: {
      ...REPLACEMENTS,
      [inRoot("src/library/platform.ts")]: inRoot("deploy/npm/platform_node.ts"),
    },
    prelude: 'import { Deno } from "./deno_namespace.js";\n' +
      'import { createRequire } from "node:module";\n' +
      "const require = createRequire(import.meta.url);\n" + TO_HEX,
  },
  {
    file: "browser.js",
    replacements: {
      ...REPLACEMENTS,
      [inRoot("src/library/platform.ts")]: inRoot("deploy/npm/browser/platform.ts"),
      [inRoot("deploy/npm/assets.ts")]: inRoot("deploy/npm/browser/assets.ts"),
      "node:zlib": inRoot("deploy/npm/browser/node_zlib.ts"),
      "node:timers": inRoot("deploy/npm/browser/node_timers.ts"),
      "node:buffer": "npm:buffer@6.0.3",
    },
    // No error is one of Deno's here.
    prelude: "const Deno = { errors: new Proxy({}, { get: () => class {} }) };\n" + TO_HEX,
  },
];

/** Files beside the bundles. */
const ASSETS: Readonly<Record<string, string>> = {
  "ort.wasm": import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"),
  "mitosis.onnx": inRoot("model/mitosis.onnx"),
  "metaphase.png": inRoot("model/samples/metaphase.png"),
  LICENSE: inRoot("LICENSE"),
  "README.md": inRoot("docs/library.md"),
};

function inRoot(path: string): string {
  return new URL(path, root).href;
}

/** Bundles a module with all that it imports. */
async function bundle(entry: string, file: string, replacements: Bundle["replacements"] = {}) {
  const config = `${out}deno.json`;
  const imports = { ...denoConfig.imports, ...replacements };
  await Deno.writeTextFile(config, JSON.stringify({ imports, unstable: denoConfig.unstable }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      `--config=${config}`,
      `--lock=${fileURLToPath(new URL("tests/deno.lock", root))}`,
      "--platform=browser",
      ...(file === "browser.js" ? [] : ["--external=node:*"]),
      `--output=${out}${file}`,
      fileURLToPath(new URL(entry, root)),
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await Deno.remove(config);
}

/** Writes the types of the library's two modules. */
async function writeTypes(): Promise<void> {
  for (const name of ["mod", "types"]) {
    const source = await Deno.readTextFile(new URL(`src/library/${name}.ts`, root));
    const { outputText } = ts.transpileDeclaration(source, { fileName: `${name}.ts` });
    await Deno.writeTextFile(`${out}${name}.d.ts`, outputText.replaceAll(/\.ts"/g, '.js"'));
  }
}

const manifest = {
  name: denoConfig.name,
  version: denoConfig.version,
  description:
    `Finds dividing cells (mitoses) in H&E-stained patches, fields and slides. ${researchUseOnly}`,
  license: denoConfig.license,
  type: "module",
  exports: {
    ".": { types: "./mod.d.ts", browser: "./browser.js", default: "./node.js" },
  },
  types: "./mod.d.ts",
  engines: { node: ">=22" },
  keywords: ["mitosis", "histopathology", "whole-slide-imaging"],
};

await Deno.remove(out, { recursive: true }).catch(() => {});
await Deno.mkdir(out, { recursive: true });
for (const { file, replacements, prelude } of BUNDLES) {
  await bundle("src/library/mod.ts", file, replacements);
  await Deno.writeTextFile(out + file, prelude + await Deno.readTextFile(out + file));
}
await bundle("deploy/npm/deno_namespace.ts", "deno_namespace.js");
await writeTypes();
for (const [name, url] of Object.entries(ASSETS)) {
  await Deno.writeFile(out + name, await (await fetch(url)).bytes());
}
await Deno.writeTextFile(`${out}package.json`, JSON.stringify(manifest, undefined, 2) + "\n");
for (const { name } of [...Deno.readDirSync(out)].sort((a, b) => a.name.localeCompare(b.name))) {
  console.log(`${name.padEnd(16)} ${((await Deno.stat(out + name)).size / 1e6).toFixed(2)} MB`);
}
