/**
 * Deletes from Deno's cache what the program does not read. For the container's build, where the
 * cache is part of the image; `DENO_DIR` must be set, so that nobody's own cache is pruned.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { readPackages } from "../packages.ts";
import { superfluous } from "../superfluous.ts";

const cache = Deno.env.get("DENO_DIR");
if (cache === undefined) throw new Error("DENO_DIR is not set; it names the cache to prune.");

const { all, reached } = await readPackages(fileURLToPath(new URL("../../", import.meta.url)));
const folders = new Set([...all.values()].map(({ localPath }) => localPath));
const ofTests = [...all].filter(([key]) => !reached.has(key)).map(([, { localPath }]) => localPath);
const ofProgram = await superfluous([...reached].flatMap((key) => all.get(key) ?? []));
const paths = [...new Set([...ofTests, ...ofProgram])].filter((path) => path.startsWith(cache));
for (const path of paths) {
  // Deno looks for the folder of every package of the lock file, used or not.
  const manifest = folders.has(path) ? await Deno.readTextFile(`${path}/package.json`) : undefined;
  await Deno.remove(path, { recursive: true });
  if (manifest === undefined) continue;
  await Deno.mkdir(path);
  await Deno.writeTextFile(`${path}/package.json`, manifest);
}
console.log(`pruned ${paths.length} files and folders of ${cache}`);
