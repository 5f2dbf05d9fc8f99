import { messageOf, Problem } from "../errors.ts";

/** The file of a patch, and whether the patch shows a mitosis. */
export interface LabeledPatch {
  /** Path of the PNG file. */
  readonly path: string;
  readonly isMitosis: boolean;
}

/**
 * Lists the labeled patches of a folder or of a CSV file. A folder has the PNG files in `mitosis/`
 * and `normal/`. A CSV file has the columns `file` and `label`. `file` is a path relative to the
 * CSV file; it cannot contain a comma. `label` is `1`, `mitosis` or `true` for a patch with a
 * mitosis, and `0`, `normal` or `false` for one without.
 *
 * @throws {Problem} `data_invalid`; the message has the path and, if a line of a CSV file is wrong,
 * that line.
 */
export async function listLabeledPatches(path: string): Promise<LabeledPatch[]> {
  try {
    const { isDirectory } = await Deno.stat(path);
    const patches = isDirectory ? await fromFolder(path) : await fromCsv(path);
    const mitoses = patches.filter(({ isMitosis }) => isMitosis).length;
    const others = patches.length - mitoses;
    if (mitoses > 0 && others > 0) return patches;
    throw new Error(
      `it must have patches with and without a mitosis, but has ${mitoses} with and ${others} without`,
    );
  } catch (thrown) {
    throw new Problem("data_invalid", `'${path}' cannot be evaluated: ${messageOf(thrown)}.`);
  }
}

async function fromFolder(folder: string): Promise<LabeledPatch[]> {
  const [mitoses, others] = await Promise.all([
    pngsIn(`${folder}/mitosis`),
    pngsIn(`${folder}/normal`),
  ]);
  return [
    ...mitoses.map((path) => ({ path, isMitosis: true })),
    ...others.map((path) => ({ path, isMitosis: false })),
  ];
}

async function pngsIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && /\.png$/i.test(entry.name)) paths.push(`${folder}/${entry.name}`);
  }
  return paths.sort();
}

async function fromCsv(path: string): Promise<LabeledPatch[]> {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  const [header = "", ...lines] = (await Deno.readTextFile(path)).split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  const [file, label] = [names.indexOf("file"), names.indexOf("label")];
  if (file < 0 || label < 0) {
    throw new Error(`its header is '${header}', but must have the columns 'file' and 'label'`);
  }
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const isMitosis = readLabel(cells[label] ?? "");
    if (isMitosis === undefined || !cells[file]) {
      throw new Error(
        `line ${
          i + 2
        } is '${line}', but must have a file and a label: mitosis (or 1), normal (or 0)`,
      );
    }
    return [{ path: `${folder}/${cells[file]}`, isMitosis }];
  });
}

/** Returns whether a label means a mitosis, or undefined if the label is not valid. */
function readLabel(label: string): boolean | undefined {
  if (/^(1|mitosis|true)$/i.test(label)) return true;
  if (/^(0|normal|false)$/i.test(label)) return false;
  return undefined;
}
