import { fileErrorReason, Problem } from "../errors.ts";

/** Compares texts in natural order: `a2` before `a10`. */
const collator = new Intl.Collator("en", { numeric: true });

/** Compares two paths in natural order, folder by folder. */
export function compareNaturally(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = collator.compare(left[i] ?? "", right[i] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : Number(a > b));
}

/**
 * Lists the files in a folder and its subfolders, in natural order. Skips names that begin with a dot, such
 * as macOS's `._a.png`. Follows symbolic links, but reads no folder twice. Lists links without a target, so
 * that they are reported when they are read.
 *
 * @param accepts Whether to list a file, by its path below the folder.
 * @returns Paths below the folder, with `/`.
 * @throws {Problem} `file_unreadable`, naming the folder or subfolder.
 */
export async function walkFolder(
  folder: string,
  accepts: (path: string) => boolean,
): Promise<string[]> {
  const seen = new Set<string>();
  const files: string[] = [];
  async function visit(below: string): Promise<void> {
    const path = below === "" ? folder : `${folder}/${below}`;
    const { real, entries } = await readFolder(path);
    if (seen.has(real)) return;
    seen.add(real);
    const links: string[] = [];
    const folders: string[] = [];
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory) folders.push(name);
      else if (entry.isSymlink && await isFolder(`${folder}/${name}`)) links.push(name);
      else if (accepts(name)) files.push(name);
    }
    // Folders come before links to folders, so that a file is listed by its own path.
    for (const name of [...folders, ...links].sort(compareFolders(links))) await visit(name);
  }
  await visit("");
  return files.sort(compareNaturally);
}

/** @throws {Problem} `file_unreadable`, naming the folder. */
async function readFolder(path: string) {
  try {
    return {
      real: await Deno.realPath(path),
      entries: await Array.fromAsync(Deno.readDir(path)),
    };
  } catch (thrown) {
    throw new Problem("file_unreadable", `'${path}' cannot be read: ${fileErrorReason(thrown)}.`);
  }
}

function compareFolders(links: readonly string[]): (a: string, b: string) => number {
  const isLink = new Set(links);
  return (a, b) => Number(isLink.has(a)) - Number(isLink.has(b)) || compareNaturally(a, b);
}

/** Returns whether a path is a folder, or a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
