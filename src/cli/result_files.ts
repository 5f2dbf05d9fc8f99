import { dirname, relative, resolve } from "node:path";
import { isFolder } from "../files/walk_folder.ts";
import { type FormatName, formatNames, formatOfFile, formats } from "../result/output/formats.ts";
import { UsageError } from "./command.ts";
import type { Input } from "./inputs.ts";
import { suggestion } from "./suggestion.ts";
import { fileKeys } from "../files/write_file.ts";

/** The output files of the command `detect`. */
export interface ResultFiles {
  readonly format: FormatName;
  /** The path of the result of each input, by its label; `-` for standard output. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Selects the file or folder to which results are written. In a folder, the result of `fields/a.png` is
 * `a.png.json`. Inputs below a folder that was named keep their subfolders, and so do inputs that have the
 * same name.
 *
 * @param format The option `--format`. If it is absent, the ending of an output file decides, else JSON.
 * @param out The option `--out`: `-`, a folder when it ends with `/` or exists as one, otherwise a file.
 *   If it is absent, the folder is `results`.
 * @returns Undefined when neither option is given: nothing is written then.
 * @throws {UsageError} for an ending that no format has, when several results would go to the same file, or
 * when a result would replace an input.
 */
export async function selectResultFiles(
  inputs: readonly Input[],
  format: FormatName | undefined,
  out: string | undefined,
): Promise<ResultFiles | undefined> {
  if (out === undefined && format === undefined) return undefined;
  const folder = out === undefined
    ? "results"
    : out !== "-" && (/[/\\]$/.test(out) || await isFolder(out))
    ? out.replace(/[/\\]+$/, "") || "/"
    : undefined;
  const files = folder === undefined
    ? oneFile(inputs, format, out ?? "-")
    : inFolder(inputs, format ?? "json", folder);
  await checkInputsStay(inputs, files);
  return files;
}

function oneFile(
  inputs: readonly Input[],
  format: FormatName | undefined,
  out: string,
): ResultFiles {
  if (inputs.length > 1) {
    throw new UsageError(
      `--out is '${out}', which takes one result; to write those of ${inputs.length} fields, give a ` +
        "folder: --out results/",
    );
  }
  const named = out === "-" ? undefined : formatOfFile(out.toLowerCase());
  if (format !== undefined && named !== undefined && endingOf(named) !== endingOf(format)) {
    throw new UsageError(
      `--out is '${out}', the name of a ${named} file, but --format is ${format}; use one of them.`,
    );
  }
  const known = format ?? (out === "-" ? "json" : named);
  if (known === undefined) {
    const endings = formatNames.map((name) => formats[name].extension);
    const [ending = ""] = /\.[^./\\]*$/.exec(out) ?? [];
    throw new UsageError(
      `--out is '${out}', whose ending no format has; it must end with ${
        endings.join(", ")
      }, or --format ` +
        `must name the format. A folder ends with /.${suggestion(ending, endings)}`,
    );
  }
  return { format: known, paths: new Map(inputs.map(({ label }) => [label, out])) };
}

/** Returns the last ending of the files of a format: `.json` for MIDOG's too. */
function endingOf(format: FormatName): string {
  const { extension } = formats[format];
  return extension.slice(extension.lastIndexOf("."));
}

function inFolder(inputs: readonly Input[], format: FormatName, folder: string): ResultFiles {
  const { extension } = formats[format];
  const alike = Map.groupBy(inputs, ({ relative }) => folded(relative));
  const names = inputs.map((input) => {
    const namesakes = alike.get(folded(input.relative)) ?? [];
    return namesakes.length > 1 ? belowCommonFolder(input, namesakes) : input.relative;
  });
  const seen = new Map<string, Input>();
  for (const [i, input] of inputs.entries()) {
    const other = seen.get(folded(names[i] ?? ""));
    if (other !== undefined) {
      throw new UsageError(
        `The results of '${other.label}' and '${input.label}' would be one file, at least on disks that ` +
          "ignore case; search them one after the other, with different folders in --out.",
      );
    }
    seen.set(folded(names[i] ?? ""), input);
  }
  return {
    format,
    paths: new Map(inputs.map(({ label }, i) => [label, `${folder}/${names[i]}${extension}`])),
  };
}

/** Returns a name in the form in which disks that ignore case compare it. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Returns the path of an input below the common folder of all inputs with the same name. */
function belowCommonFolder({ path, relative: name }: Input, namesakes: readonly Input[]): string {
  if (path === undefined) return name;
  const folders = namesakes.flatMap(({ path }) =>
    path === undefined ? [] : [dirname(resolve(path))]
  );
  let common = folders[0] ?? "";
  while (
    folders.some((one) => one !== common && !`${one}/`.startsWith(`${common}/`.replace("//", "/")))
  ) {
    const parent = dirname(common);
    if (parent === common) break;
    common = parent;
  }
  return relative(common, resolve(path)).replaceAll("\\", "/").replaceAll(":", "");
}

/** @throws {UsageError} when a result would replace an input. */
async function checkInputsStay(inputs: readonly Input[], { paths }: ResultFiles): Promise<void> {
  const read = new Set<string>();
  for (const { path } of inputs) {
    for (const key of path === undefined ? [] : await fileKeys(path)) read.add(key);
  }
  for (const { label } of inputs) {
    const result = paths.get(label);
    if (result === undefined || result === "-") continue;
    if (!(await fileKeys(result)).some((key) => read.has(key))) continue;
    throw new UsageError(
      `The result of '${label}' would be written to '${result}', which is one of the images that are ` +
        "read; choose another --out.",
    );
  }
}
