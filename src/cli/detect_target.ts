import { type FormatName, formatOfFile, formats } from "../result/output/formats.ts";
import { UsageError } from "./command.ts";
import { writeFile } from "./write_file.ts";

/** Where the results of a run go. */
export interface Target {
  readonly format: FormatName;
  /** Whether the result of this file is there already, in a folder; a single file is made again. */
  exists(file: string): Promise<boolean>;
  /** Writes the result of a file, whole or not at all. */
  write(file: string, bytes: Uint8Array): Promise<void>;
}

/**
 * Decides where results go: to a file for one field, to a folder for several. In a folder the result of
 * `a/field.png` is `field.png.json`, so that two inputs that differ in their ending do not meet.
 *
 * @throws {UsageError} where several results would go to one file.
 */
export async function detectTarget(
  files: readonly string[],
  format: FormatName | undefined,
  out: string | undefined,
): Promise<Target | undefined> {
  if (out === undefined && format === undefined) return undefined;
  const folder = out === undefined
    ? "results"
    : out.endsWith("/") || await isFolder(out)
    ? out.replace(/\/+$/, "") || "/"
    : undefined;
  if (folder === undefined && out !== undefined) {
    if (files.length > 1) {
      throw new UsageError(
        `--out is the file '${out}'; for several fields name a folder: ${out}/.`,
      );
    }
    return {
      ...target(format ?? formatOfFile(out) ?? "json", () => out),
      exists: () => Promise.resolve(false),
    };
  }
  const chosen = format ?? "json";
  const names = files.map(baseName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UsageError(`Two of the fields are named '${twice}'; give them to runs of their own.`);
  }
  return target(chosen, (file) => `${folder}/${baseName(file)}${formats[chosen].extension}`);
}

function target(format: FormatName, pathOf: (file: string) => string): Target {
  return {
    format,
    exists: async (file) => await Deno.stat(pathOf(file)).then(() => true, () => false),
    write: (file, bytes) => writeFile(pathOf(file), bytes),
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
