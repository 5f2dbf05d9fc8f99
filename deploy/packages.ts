/**
 * What npm packages the program consists of: those that its modules reach, without those of the tests.
 *
 * @module
 */

/** The program's modules that no other one imports: the program, and what it starts as Workers. */
export const entries = ["main.ts", "src/inference/worker.ts", "src/search/field_worker.ts"];

/** A package of the lock file, as it lies in Deno's cache. */
export interface CachedPackage {
  readonly name: string;
  readonly version: string;
  /** The keys of the packages that it depends on. */
  readonly dependencies: readonly string[];
  /** Its folder. */
  readonly localPath: string;
}

/** The packages of the lock file. */
export interface Packages {
  /** All of them, by their keys. */
  readonly all: ReadonlyMap<string, CachedPackage>;
  /** The keys of those that the program's modules import. */
  readonly imported: ReadonlySet<string>;
  /** The keys of those that these need, them included. */
  readonly reached: ReadonlySet<string>;
}

/** Asks Deno which packages the program at `root` has. */
export async function readPackages(root: string): Promise<Packages> {
  const all = new Map<string, CachedPackage>();
  const imported = new Set<string>();
  for (const entry of entries) {
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
  // A set grows while it is gone through.
  for (const key of reached) for (const next of all.get(key)?.dependencies ?? []) reached.add(next);
  return { all, imported, reached };
}
