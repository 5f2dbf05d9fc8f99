import { fileErrorReason, messageOf, Problem } from "../errors.ts";
import { decodeText } from "../files/decode_text.ts";
import { walkFolder } from "../files/walk_folder.ts";
import { findFile, isAbsolutePath, realPathOf } from "./find_file.ts";
import { readLabel } from "./label.ts";
import { type LabelRow, readLabelTable } from "./label_table.ts";

/** The file of a patch, and whether the patch shows a mitosis. */
export interface LabeledPatch {
  /** Path of the PNG file. */
  readonly path: string;
  readonly isMitosis: boolean;
}

/** A patch that cannot be measured, and why. */
export interface BadPatch {
  /** The patch for people: its path, and its line in a table. */
  readonly name: string;
  readonly reason: string;
}

/** The patches of a folder or a table. */
export interface LabeledPatches {
  readonly patches: readonly LabeledPatch[];
  readonly bad: readonly BadPatch[];
  /** Sentences on what was read in another way than it is written, or left out. */
  readonly notes: readonly string[];
}

/**
 * Lists the labeled patches of a folder or of a table. A folder has a subfolder for each label, such as
 * `mitosis/` and `normal/`; links are followed. A table has a column for the file and one for the label,
 * as {@linkcode readLabelTable} reads it.
 *
 * @throws {Problem} `data_invalid`; the message has the path and says what is wrong.
 */
export async function listLabeledPatches(path: string): Promise<LabeledPatches> {
  try {
    const { isDirectory } = await Deno.stat(path);
    const listed = isDirectory ? await fromFolder(path) : await fromTable(path);
    const mitoses = listed.patches.filter(({ isMitosis }) => isMitosis).length;
    const others = listed.patches.length - mitoses;
    if (mitoses > 0 && others > 0) return listed;
    const [first] = listed.bad;
    const example = first === undefined
      ? ""
      : `; ${listed.bad.length} cannot be read, for example ${first.name}: ${first.reason}`;
    throw new Error(
      `it must have patches with and without a mitosis, but has ${mitoses} with and ${others} ` +
        `without${example}`,
    );
  } catch (thrown) {
    const reason = thrown instanceof Problem ? messageOf(thrown) : fileErrorReason(thrown);
    throw new Problem(
      "data_invalid",
      `'${path}' cannot be evaluated: ${reason.replace(/\.$/, "")}.`,
    );
  }
}

async function fromFolder(folder: string): Promise<LabeledPatches> {
  const isPng = (name: string) => /\.png$/i.test(name);
  const files = await walkFolder(folder, isPng);
  const patches: LabeledPatch[] = [];
  const unlabeled = new Set<string>();
  for (const file of files) {
    const folders = file.split("/").slice(0, -1);
    const labels = new Set(folders.map(readLabel).filter((label) => label !== undefined));
    if (labels.size > 1) {
      throw new Error(`'${file}' is in folders that are named by different labels`);
    }
    const [isMitosis] = labels;
    if (isMitosis === undefined) unlabeled.add(folders.length === 0 ? file : `${folders[0]}/`);
    else patches.push({ path: `${folder.replace(/\/+$/, "")}/${file}`, isMitosis });
  }
  if (patches.length === 0) {
    throw new Error(
      "it must have PNG files in subfolders that are named by a label, such as mitosis and normal",
    );
  }
  const left = [...unlabeled];
  const notes = left.length === 0 ? [] : [
    `Left out, because not in a folder that is named by a label: ${left.slice(0, 3).join(", ")}` +
    (left.length > 3 ? ` and ${left.length - 3} more.` : "."),
  ];
  return { patches, bad: [], notes };
}

async function fromTable(path: string): Promise<LabeledPatches> {
  const { rows, bad } = readLabelTable(decodeText(await Deno.readFile(path)));
  const found = new Map<string, { readonly row: LabelRow; readonly isMoved: boolean }>();
  const patches: LabeledPatch[] = [];
  const failed: BadPatch[] = bad.map(({ line, file, reason }) => ({
    name: `${file === "" ? path : file} (line ${line})`,
    reason,
  }));
  let repeated = 0;
  let moved = 0;
  for (const row of rows) {
    const patch = await findFile(path, row.file);
    if (patch === undefined) {
      failed.push({ name: `${row.file} (line ${row.line})`, reason: "there is no such file" });
      continue;
    }
    const isMoved = isAbsolutePath(row.file) && slashed(patch) !== slashed(row.file);
    const real = await realPathOf(patch);
    const earlier = found.get(real);
    if (earlier === undefined) {
      found.set(real, { row, isMoved });
      patches.push({ path: patch, isMitosis: row.isMitosis });
      if (isMoved) moved++;
      continue;
    }
    const lines = `lines ${earlier.row.line} and ${row.line}`;
    if (earlier.row.isMitosis !== row.isMitosis) {
      throw new Error(`${lines} both name '${patch}', but with different labels`);
    }
    if ((isMoved || earlier.isMoved) && slashed(earlier.row.file) !== slashed(row.file)) {
      throw new Error(
        `${lines} name two files of another machine, and only '${patch}' is here for both; write paths ` +
          "relative to the table",
      );
    }
    repeated++;
  }
  const notes = [
    ...(repeated === 0 ? [] : [`Lines that name a patch again, left out: ${repeated}.`]),
    ...(moved === 0
      ? []
      : [`Absolute paths that do not exist here, found below the folder of the table: ${moved}.`]),
  ];
  return { patches, bad: failed, notes };
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
