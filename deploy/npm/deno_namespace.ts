/**
 * Stands for the namespace `Deno` in Node and Bun: the functions that read files, and the errors that they
 * are compared with. `build.ts` bundles it, and puts the import before the bundle of the library.
 *
 * @module
 */
import type { Stats } from "node:fs";
import { open as openFile, readdir, readFile as readBytes, stat as statOf } from "node:fs/promises";

/** Tells an error of Node by its code. */
function errorWithCode(...codes: readonly string[]) {
  return class {
    static [Symbol.hasInstance](thrown: unknown): boolean {
      return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
    }
  };
}

/** The errors that Deno throws for files, as Node throws them. */
const errors = {
  NotFound: errorWithCode("ENOENT"),
  IsADirectory: errorWithCode("EISDIR"),
  NotADirectory: errorWithCode("ENOTDIR"),
  AlreadyExists: errorWithCode("EEXIST"),
  PermissionDenied: errorWithCode("EACCES", "EPERM"),
  NotCapable: errorWithCode(),
};

/** Returns facts about a file or folder. */
async function stat(path: string) {
  return factsOf(await statOf(path));
}

function factsOf(stats: Stats) {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    size: stats.size,
    mtime: stats.mtime,
  };
}

/** Opens a file for reading. */
async function open(path: string) {
  const file = await openFile(path, "r");
  let position = 0;
  return {
    stat: async () => factsOf(await file.stat()),
    seek(offset: number): Promise<number> {
      position = offset;
      return Promise.resolve(position);
    },
    async read(into: Uint8Array): Promise<number | null> {
      const { bytesRead } = await file.read(into, 0, into.length, position);
      position += bytesRead;
      return bytesRead === 0 ? null : bytesRead;
    },
    close: () => void file.close(),
  };
}

/** Lists the entries of a folder. */
async function* readDir(path: string) {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    yield { name: entry.name, isFile: entry.isFile(), isDirectory: entry.isDirectory() };
  }
}

export const Deno = {
  errors,
  SeekMode: { Start: 0 },
  stat,
  open,
  readDir,
  readFile: async (path: string) => new Uint8Array(await readBytes(path)),
  readTextFile: (path: string) => readBytes(path, "utf8"),
};
