import { type FormatName, formatOfFile, formats } from "../result/output/formats.ts";
import { UsageError } from "./command.ts";
import { writeFile } from "../write_file.ts";

/** Where the command `detect` writes its results. */
export interface DetectOutput {
  readonly format: FormatName;
  /**
   * Returns the path of an image file's result if it is already in the output folder. Returns undefined
   * for a single output file, because that is always overwritten.
   */
  findResult(file: string): Promise<string | undefined>;
  /**
   * Writes the result of an image file, completely or not at all.
   *
   * @throws {Problem} `file_unwritable`.
   */
  write(file: string, bytes: Uint8Array): Promise<void>;
}

/**
 * Selects the file or folder to which results are written. In a folder, the result of `a/field.png` is
 * `field.png.json`, so that the results of `field.png` and `field.tif` do not collide.
 *
 * @param files The image files.
 * @param format The option `--format`. If it is absent, the ending of an output file decides, else JSON.
 * @param out The option `--out`: a folder when it ends with `/` or exists as one, otherwise a file.
 *   If it is absent, the folder is `results`.
 * @returns Undefined when neither option is given: nothing is written then.
 * @throws {UsageError} when several results would go to the same file.
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
      ...outputTo(format ?? formatOfFile(out) ?? "json", () => out),
      findResult: () => Promise.resolve(undefined),
    };
  }
  const folderFormat = format ?? "json";
  const names = files.map(baseName);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) {
    throw new UsageError(
      `Two of the files are named '${duplicate}', so their results would be one file; run detect once for ` +
        "each, with different folders in --out.",
    );
  }
  const { extension } = formats[folderFormat];
  return outputTo(folderFormat, (file) => `${folder}/${baseName(file)}${extension}`);
}

/** @param pathOf Returns the path of an image file's result. */
function outputTo(format: FormatName, pathOf: (file: string) => string): DetectOutput {
  return {
    format,
    async findResult(file) {
      const path = pathOf(file);
      return await Deno.stat(path).then(() => path, () => undefined);
    },
    write: (file, bytes) => writeFile(pathOf(file), bytes),
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
