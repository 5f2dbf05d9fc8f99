/**
 * Deletes from Deno's cache what the program does not read. For the container's build, where the
 * cache is part of the image; `DENO_DIR` must be set, so that nobody's own cache is pruned.
 *
 * @module
 */
import { cachedPackages, superfluous } from "./superfluous.ts";

const cache = Deno.env.get("DENO_DIR");
if (cache === undefined) throw new Error("DENO_DIR is not set; it names the cache to prune.");
const root = new URL("../", import.meta.url).pathname;
const paths = (await superfluous(await cachedPackages(root))).filter((p) => p.startsWith(cache));
for (const path of paths) await Deno.remove(path, { recursive: true });
console.log(`pruned ${paths.length} files and folders of ${cache}`);
