/**
 * Finds the npm packages that the program uses, without those that only tests use.
 *
 * @module
 */

/** The program's entry points: the main module, and the modules that it starts as Workers. */
export const ENTRY_POINTS = [
  "main.ts",
  "src/inference/inference_worker.ts",
  "src/search/field_worker.ts",
  "src/slide_folder/slide_reader_worker.ts",
  "src/slide_search/slide_worker.ts",
];

/** A package of the lock file in Deno's cache. */
export interface CachedPackage {
  readonly name: string;
  readonly version: string;
  /** Keys of the packages that it depends on. */
  readonly dependencies: readonly string[];
  /** Its folder in the cache. */
  readonly localPath: string;
}

/** The packages of the lock file. */
export interface Packages {
  /** All packages, by their key. */
  readonly all: ReadonlyMap<string, CachedPackage>;
  /** Keys of the packages that the program's modules import. */
  readonly imported: ReadonlySet<string>;
  /** Keys of these packages and of all packages that they depend on. */
  readonly reached: ReadonlySet<string>;
}

/** Asks Deno for the packages of the program in the folder `root`. */
export async function readPackages(root: string): Promise<Packages> {
  const all = new Map<string, CachedPackage>();
  const imported = new Set<string>();
  for (const entry of ENTRY_POINTS) {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entry],
      cwd: root,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const { modules, npmPackages } = JSON.parse(new TextDecoder().decode(stdout));
    for (const [key, found] of Object.entries<CachedPackage>(npmPackages)) all.set(key, found);
    for (const { npmPackage } of modules) if (npmPackage !== undefined) imported.add(npmPackage);
  }
  const reached = new Set(imported);
  // The loop also visits the keys that are added to the set during the loop.
  for (const key of reached) for (const next of all.get(key)?.dependencies ?? []) reached.add(next);
  return { all, imported, reached };
}
