/** What of the npm packages no command of the program reads; all the rest goes into what is shipped. */

import type { CachedPackage } from "./packages.ts";

/** Packages that others depend on but whose code ours never reaches. */
const unusedPackages = [
  // Types only.
  "@types/",
  "undici-types",
  // The ONNX runtime carries these inside its build for servers; its other builds use them.
  "protobufjs",
  "@protobufjs/",
  "flatbuffers",
  "long",
  "platform",
  "guid-typescript",
  // Counts installations of Swagger UI.
  "@scarf/scarf",
  // For tests.
  "playwright-core",
  "pngjs",
];

/** Packages of which only these files are read, beside `package.json` and the licence. */
const usedFiles: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-web": [
    "dist/ort.node.min.mjs",
    "dist/ort-wasm-simd-threaded.mjs",
    "dist/ort-wasm-simd-threaded.wasm",
  ],
  "@cornerstonejs/codec-openjpeg": [
    "dist/openjpegwasm_decode.js",
    "dist/openjpegwasm_decode.wasm",
  ],
  openseadragon: ["build/openseadragon/openseadragon.min.js"],
  pako: ["dist/pako.mjs"],
  preact: ["dist/preact.mjs"],
  zstddec: ["dist/zstddec.mjs"],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css"],
};

/** Folders of a package that nothing reads: sources, CommonJS, types, browser builds, an encoder. */
const unusedFolders: Readonly<Record<string, readonly string[]>> = {
  hono: ["dist/cjs", "dist/types"],
  zod: ["src"],
  "@jsquash/jpeg": ["codec/enc"],
  h5wasm: ["dist/node", "dist/iife", "src", "test"],
  bintrees: ["dist", "test"],
  "@bufbuild/protobuf": ["dist/cjs"],
};

const unusedEndings = [".map", ".d.ts", ".d.mts", ".d.cts", ".md", ".flow"];

/** Deno reads the one; the licences want to go along. */
const KEPT = /^(package\.json|licen[cs]e.*|notice.*)$/i;

/** Paths of files and whole folders that need not be shipped. */
export async function superfluous(packages: readonly CachedPackage[]): Promise<string[]> {
  const lists = await Promise.all(packages.map(async ({ name, localPath }) => {
    if (unusedPackages.some((unused) => name === unused || isScope(unused, name))) {
      return [localPath];
    }
    const used = usedFiles[name];
    const folders = unusedFolders[name] ?? [];
    const unused = (file: string) =>
      used ? !used.includes(file) : unusedEndings.some((ending) => file.endsWith(ending));
    const files: string[] = [];
    await walk(localPath, "", async (file, isFolder) => {
      if (isFolder) {
        if (!folders.includes(file)) return true;
        files.push(`${localPath}/${file}`);
        return false;
      }
      if (!KEPT.test(file) && unused(file)) files.push(`${localPath}/${file}`);
      return await Promise.resolve(false);
    });
    return files;
  }));
  return lists.flat();
}

function isScope(unused: string, name: string): boolean {
  return unused.endsWith("/") && name.startsWith(unused);
}

async function walk(
  root: string,
  folder: string,
  visit: (file: string, isFolder: boolean) => Promise<boolean>,
): Promise<void> {
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (await visit(file, entry.isDirectory)) await walk(root, file, visit);
  }
}
