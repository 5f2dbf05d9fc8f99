/**
 * Deletes files from Deno's cache that the program does not read, to make the container image
 * smaller. `DENO_DIR` must be set, so that the default cache is never pruned by mistake.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { readPackages } from "../packages.ts";
import { findUnusedFiles } from "../unused_files.ts";

const cache = Deno.env.get("DENO_DIR");
if (cache === undefined) throw new Error("DENO_DIR is not set; it must name the cache to prune.");

const { all, reached } = await readPackages(fileURLToPath(new URL("../../", import.meta.url)));
const folders = new Set([...all.values()].map(({ localPath }) => localPath));
const unusedPackages = [...all].filter(([key]) => !reached.has(key)).map(([, { localPath }]) =>
  localPath
);
const unusedFiles = await findUnusedFiles([...reached].flatMap((key) => all.get(key) ?? []));
const paths = [...new Set([...unusedPackages, ...unusedFiles])].filter((path) =>
  path.startsWith(cache)
);
for (const path of paths) {
  // Deno requires a folder for every package of the lock file.
  const manifest = folders.has(path) ? await Deno.readTextFile(`${path}/package.json`) : undefined;
  await Deno.remove(path, { recursive: true });
  if (manifest === undefined) continue;
  await Deno.mkdir(path);
  await Deno.writeTextFile(`${path}/package.json`, manifest);
}
console.log(`pruned ${paths.length} files and folders of ${cache}`);
