import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readPackages } from "../../../deploy/packages.ts";
import type { Executable } from "./executable.ts";

const PACKAGES = ".deno_compile_node_modules/localhost/";

/** A folder that holds what an executable embeds and nothing else, and how Deno runs it from there. */
export interface LaidOut {
  readonly folder: string;
  /** Arguments of `deno` up to the program's own, with the executable's permissions. */
  args(writable: readonly string[]): string[];
  readonly env: Record<string, string>;
}

/**
 * Writes an executable's files below `folder`: the program to `app`, the packages to where Deno's cache
 * has them. Of packages that are not embedded there is the `package.json` alone, which Deno looks for.
 */
export async function layOut(executable: Executable, folder: string): Promise<LaidOut> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const { all } = await readPackages(root);
  const cache = `${folder}/cache`;
  const app = `${folder}/app`;
  const inCache = (localPath: string) => cache + localPath.slice(localPath.lastIndexOf("/npm/"));
  const places = new Map<string, string>();
  for (const { name, version, localPath } of all.values()) {
    const place = inCache(localPath);
    places.set(`${name}/${version}`, place);
    await Deno.mkdir(place, { recursive: true });
    await Deno.copyFile(`${localPath}/package.json`, `${place}/package.json`);
  }
  for (const [path, bytes] of executable.files) {
    const file = path.startsWith(PACKAGES)
      ? inPackage(path.slice(PACKAGES.length), places)
      : `${app}/${path}`;
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeFile(file, bytes);
  }
  await Deno.copyFile(`${root}/deno.lock`, `${app}/deno.lock`);
  const { allow_env = [], allow_net = [], allow_sys = [] } = executable.permissions;
  return {
    folder,
    args: (writable) => [
      "run",
      "--quiet",
      "--cached-only",
      "--no-prompt",
      "--deny-import",
      `--allow-env=${allow_env}`,
      `--allow-net=${allow_net}`,
      `--allow-sys=${allow_sys}`,
      `--allow-read=${[app, cache, ...writable]}`,
      ...(writable.length > 0 ? [`--allow-write=${writable}`] : []),
      `${app}/main.ts`,
    ],
    env: { DENO_DIR: cache, NO_COLOR: "1", INFERENCE_WORKERS: "1" },
  };
}

/** Where a file of a package lies: `@scope/name/1.0.0/dist/index.js` below the place of `@scope/name/1.0.0`. */
function inPackage(path: string, places: ReadonlyMap<string, string>): string {
  const [, id = "", file = ""] = /^((?:@[^/]+\/)?[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const place = places.get(id);
  if (place === undefined) throw new Error(`${path} is of no package of the lock file`);
  return `${place}/${file}`;
}
