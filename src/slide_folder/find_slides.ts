import { fileErrorReason, Problem } from "../errors.ts";
import { openFileSource } from "../slide/bytes/file_source.ts";
import { isDicom } from "../slide/dicom/dicom_files.ts";
import { type SlideEntry, slideId } from "./slide_entry.ts";

/** Maximum number of files and folders in the whole folder. */
const MAX_ENTRIES = 200_000;

/** Maximum depth of subfolders. */
const MAX_DEPTH = 16;

/** Endings of slides that are read, and of those that are refused by name. */
const SLIDE_ENDING = /\.(svs|tiff?|btf|ndpi|scn|bif|czi|mrxs|vms|svslide)$/i;

const DICOM_ENDING = /\.(dcm|dicom)$/i;

/** The names that archives give to DICOM files: UIDs, and names without an ending. */
const NO_ENDING = /^[^.]+$|^[\d.]+$/;

/** How many files without an ending are opened in a folder, to see whether they are DICOM. */
const MAX_PROBED = 1;

/**
 * Finds the slides in a folder and its subfolders: files by their endings, and folders that hold DICOM files.
 * Leaves out hidden files, links to folders, and folders that cannot be read.
 *
 * @returns The slides in the order of their paths.
 * @throws {Problem} `file_unreadable` if the folder itself cannot be read, or has too many files.
 */
export async function findSlides(root: string): Promise<SlideEntry[]> {
  const found: Pick<SlideEntry, "path" | "isFolder">[] = [];
  let entries = 0;

  async function search(folder: string, depth: number): Promise<void> {
    const at = folder === "." ? root : `${root}/${folder}`;
    const below = (name: string) => folder === "." ? name : `${folder}/${name}`;
    const folders: string[] = [];
    const unnamed: string[] = [];
    let hasDicom = false;
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(at)) {
      if (++entries > MAX_ENTRIES) {
        throw new Problem(
          "file_unreadable",
          `SLIDES_DIR holds more than ${MAX_ENTRIES} files; name a smaller folder.`,
        );
      }
      if (name.startsWith(".")) continue;
      if (isDirectory) folders.push(below(name));
      else if (DICOM_ENDING.test(name)) hasDicom = true;
      else if (SLIDE_ENDING.test(name)) found.push({ path: below(name), isFolder: false });
      else if (NO_ENDING.test(name) && !isSymlink) unnamed.push(name);
    }
    for (const name of unnamed.sort().slice(0, MAX_PROBED)) {
      if (!hasDicom) hasDicom = await isDicomFile(`${at}/${name}`);
    }
    if (hasDicom) found.push({ path: folder, isFolder: true });
    if (depth === MAX_DEPTH) return;
    for (const next of folders) {
      await search(next, depth + 1).catch((thrown) => {
        if (thrown instanceof Problem) throw thrown;
      });
    }
  }

  try {
    await search(".", 1);
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("file_unreadable", `SLIDES_DIR cannot be read: ${fileErrorReason(thrown)}.`);
  }
  found.sort((a, b) => a.path < b.path ? -1 : 1);
  return await Promise.all(found.map(async (one) => ({ ...one, id: await slideId(one.path) })));
}

async function isDicomFile(path: string): Promise<boolean> {
  try {
    const source = await openFileSource(path);
    try {
      return await isDicom(source);
    } finally {
      source.close();
    }
  } catch {
    return false;
  }
}
