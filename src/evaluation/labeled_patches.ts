import { messageOf, Problem } from "../errors.ts";

/** A patch in a file, and whether it shows a mitosis. */
export interface LabeledPatch {
  readonly path: string;
  readonly isMitosis: boolean;
}

/**
 * Lists labeled patches: those of a folder with `mitosis/` and `normal/`, or those of a CSV file
 * with the columns `file` (path relative to the CSV file) and `label` (`1`, `mitosis` or `true`;
 * `0`, `normal` or `false`).
 *
 * @throws {Problem} `data_invalid`; the message has the path, and the line of a CSV file.
 */
export async function listLabeledPatches(path: string): Promise<LabeledPatch[]> {
  try {
    const { isDirectory } = await Deno.stat(path);
    const patches = isDirectory ? await fromFolder(path) : await fromCsv(path);
    if (patches.some((p) => p.isMitosis) && patches.some((p) => !p.isMitosis)) return patches;
    throw new Error(
      `it must have mitoses and others, but has ${patches.length} patches of one kind`,
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

/** Converts a label to whether it means a mitosis; undefined if it is neither. */
function readLabel(label: string): boolean | undefined {
  if (/^(1|mitosis|true)$/i.test(label)) return true;
  if (/^(0|normal|false)$/i.test(label)) return false;
  return undefined;
}
