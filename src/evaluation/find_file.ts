import { dirname, resolve } from "node:path";

/** Returns whether a path is absolute, on this system or on Windows (`C:\a.png`, `\\server\share\a.png`). */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[a-z]:[\\/]|\\\\)/i.test(path);
}

/**
 * Finds a file that a table or an annotation names. Looks for a relative path below the folder of the table,
 * then below the current folder. An absolute path may be of another machine: looks for its last parts below
 * the folder of the table, the longest first. If there is no name with `\`, reads it as `/`.
 *
 * @param table The path of the table.
 * @returns The path of the file, or undefined if there is none.
 */
export async function findFile(table: string, typed: string): Promise<string | undefined> {
  const folder = dirname(table);
  const isAbsolute = isAbsolutePath(typed);
  const slashed = typed.replaceAll("\\", "/");
  const candidates = isAbsolute
    ? [typed, slashed]
    : [below(folder, typed), below(folder, slashed), typed, slashed];
  if (isAbsolute) {
    const parts = slashed.replace(/^[a-z]:/i, "").split("/").filter((part) => part !== "");
    candidates.push(...parts.map((_, i) => below(folder, parts.slice(i).join("/"))));
  }
  // macOS writes a letter with an accent as two characters, other systems as one.
  const spellings = candidates.flatMap((
    path,
  ) => [path, path.normalize("NFC"), path.normalize("NFD")]);
  for (const path of new Set(spellings)) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}

function below(folder: string, path: string): string {
  return folder === "." ? path : `${folder}/${path}`;
}

/** Returns the real path of a file, so that two names of the same file can be compared. */
export async function realPathOf(path: string): Promise<string> {
  return await Deno.realPath(path).catch(() => resolve(path));
}
