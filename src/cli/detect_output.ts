import { type FormatName, formatOfFile, formats } from "../result/output/formats.ts";
import { UsageError } from "./command.ts";
import { writeFile } from "./write_file.ts";

/** Where the command `detect` writes its results. */
export interface DetectOutput {
  readonly format: FormatName;
  /** Returns whether the result of an image file exists in the output folder; false for one output file. */
  hasResult(file: string): Promise<boolean>;
  /** Writes the result of an image file, completely or not at all. */
  write(file: string, bytes: Uint8Array): Promise<void>;
}

/**
 * Selects where results are written: to one file for one field, otherwise to a folder. In a folder, the
 * result of `a/field.png` is `field.png.json`, so that `field.png` and `field.tif` do not collide.
 *
 * @param files The image files.
 * @param format The option `--format`.
 * @param out The option `--out`: a file, or a folder when it ends with `/` or exists as one.
 * @returns Undefined when neither option is given.
 * @throws {UsageError} when two results would go to the same file.
 */
export async function selectOutput(
  files: readonly string[],
  format: FormatName | undefined,
  out: string | undefined,
): Promise<DetectOutput | undefined> {
  if (out === undefined && format === undefined) return undefined;
  const folder = out === undefined
    ? "results"
    : out.endsWith("/") || await isFolder(out)
    ? out.replace(/\/+$/, "") || "/"
    : undefined;
  if (folder === undefined && out !== undefined) {
    if (files.length > 1) {
      throw new UsageError(
        `--out is '${out}', a file; to write the results of several fields, give a folder: ${out}/`,
      );
    }
    return {
      ...writeResults(format ?? formatOfFile(out) ?? "json", () => out),
      hasResult: () => Promise.resolve(false),
    };
  }
  const folderFormat = format ?? "json";
  const names = files.map(baseName);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) {
    throw new UsageError(
      `Two of the files are named '${duplicate}', and so would be their results; run detect once for each.`,
    );
  }
  const { extension } = formats[folderFormat];
  return writeResults(folderFormat, (file) => `${folder}/${baseName(file)}${extension}`);
}

function writeResults(format: FormatName, pathOf: (file: string) => string): DetectOutput {
  return {
    format,
    hasResult: async (file) => await Deno.stat(pathOf(file)).then(() => true, () => false),
    write: (file, bytes) => writeFile(pathOf(file), bytes),
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
