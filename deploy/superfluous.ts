/** What of the npm packages no command of the program reads; all the rest goes into what is shipped. */

/** Packages that others depend on but whose code ours never reaches. */
const unusedPackages = [
  // Types only.
  "@types/node",
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

/** Packages of which only these files are read, beside `package.json`. */
const usedFiles: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-web": [
    "dist/ort.node.min.mjs",
    "dist/ort-wasm-simd-threaded.mjs",
    "dist/ort-wasm-simd-threaded.wasm",
  ],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css"],
};

/** Folders of a package that hold the same once more: sources, CommonJS, types, browser builds. */
const unusedFolders: Readonly<Record<string, readonly string[]>> = {
  hono: ["dist/cjs", "dist/types"],
  zod: ["src"],
  h5wasm: ["dist/esm", "dist/iife", "src"],
  bintrees: ["dist", "test"],
  "@bufbuild/protobuf": ["dist/cjs"],
};

const unusedEndings = [".map", ".d.ts", ".d.mts", ".d.cts", ".md", ".flow"];

/** A package of the lock file, as it lies in the cache. */
export interface CachedPackage {
  readonly name: string;
  readonly localPath: string;
}

/** The npm packages that the program's modules and their dependencies name. */
export async function cachedPackages(root: string): Promise<CachedPackage[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { npmPackages } = JSON.parse(new TextDecoder().decode(stdout));
  return Object.values(npmPackages);
}

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
      if (file !== "package.json" && unused(file)) files.push(`${localPath}/${file}`);
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
