import { messageOf, Problem } from "../errors.ts";

/** A patch on disk of which it is known whether it shows a mitosis. */
export interface LabeledPatch {
  readonly path: string;
  readonly isMitosis: boolean;
}

/**
 * Lists labeled patches: of a folder with `mitosis/` and `normal/`, or of a CSV whose header names
 * the columns `file` (relative to the CSV) and `label` (1 or `mitosis`; 0 or `normal`).
 *
 * @throws {Problem} `data_invalid`, naming the folder, or the line of the CSV.
 */
export async function labeledPatches(path: string): Promise<LabeledPatch[]> {
  try {
    const { isDirectory } = await Deno.stat(path);
    const patches = isDirectory ? await fromFolder(path) : await fromCsv(path);
    if (patches.some((p) => p.isMitosis) && patches.some((p) => !p.isMitosis)) return patches;
    throw new Error(`it needs both kinds and has ${patches.length} of one`);
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
  if (file < 0 || label < 0) throw new Error(`its header is '${header}', not 'file,label'`);
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const verdict = isMitosis(cells[label] ?? "");
    if (verdict === undefined || !cells[file]) throw new Error(`line ${i + 2} is '${line}'`);
    return [{ path: `${folder}/${cells[file]}`, isMitosis: verdict }];
  });
}

function isMitosis(label: string): boolean | undefined {
  if (/^(1|mitosis|true)$/i.test(label)) return true;
  if (/^(0|normal|false)$/i.test(label)) return false;
  return undefined;
}
