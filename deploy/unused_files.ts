/** Files of npm packages that no command of the program reads. They are not shipped. */

import type { CachedPackage } from "./packages.ts";

/** Packages that others depend on, but whose code the program never runs. */
const UNUSED_PACKAGES = [
  // Types only.
  "@types/",
  "undici-types",
  // The ONNX runtime's build for servers includes these.
  "protobufjs",
  "@protobufjs/",
  "flatbuffers",
  "long",
  "platform",
  "guid-typescript",
  // Reports installations of Swagger UI.
  "@scarf/scarf",
  // For tests.
  "playwright-core",
  "pngjs",
  "puppeteer-core",
  "unpdf",
];

/** Packages of which only these files are read, besides `package.json` and the license. */
const USED_FILES: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-web": [
    "dist/ort.node.min.mjs",
    "dist/ort-wasm-simd-threaded.mjs",
    "dist/ort-wasm-simd-threaded.wasm",
  ],
  "@cornerstonejs/codec-openjpeg": [
    "dist/openjpegwasm_decode.js",
    "dist/openjpegwasm_decode.wasm",
  ],
  "dicom-parser": ["dist/dicomParser.min.js"],
  openseadragon: ["build/openseadragon/openseadragon.min.js"],
  fflate: ["esm/browser.js", "esm/index.mjs"],
  preact: ["dist/preact.mjs"],
  zstddec: ["dist/zstddec.mjs"],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css"],
};

/**
 * Folders of packages that are not read: sources, CommonJS, types, builds for browsers, an encoder.
 */
const UNUSED_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  hono: ["dist/cjs", "dist/types"],
  zod: ["src"],
  "@jsquash/jpeg": ["codec/enc"],
  h5wasm: ["dist/node", "dist/iife", "src", "test"],
  bintrees: ["dist", "test"],
  "@bufbuild/protobuf": ["dist/cjs"],
};

const UNUSED_ENDINGS = [".map", ".d.ts", ".d.mts", ".d.cts", ".md", ".flow"];

/** Files that are always shipped: Deno reads `package.json`, and licenses must be included. */
const KEPT = /^(package\.json|licen[cs]e.*|notice.*)$/i;

/** Returns the paths of files and folders that need not be shipped. */
export async function findUnusedFiles(packages: readonly CachedPackage[]): Promise<string[]> {
  const lists = await Promise.all(packages.map(async ({ name, localPath }) => {
    if (UNUSED_PACKAGES.some((unused) => name === unused || isScope(unused, name))) {
      return [localPath];
    }
    const used = USED_FILES[name];
    const folders = UNUSED_FOLDERS[name] ?? [];
    const unused = (file: string) =>
      used ? !used.includes(file) : UNUSED_ENDINGS.some((ending) => file.endsWith(ending));
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

/**
 * Calls `visit` for the files and folders below a folder. Enters a folder if `visit` returns true.
 */
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
