import { basename, dirname, resolve } from "node:path";
import { fileErrorReason, Problem } from "../errors.ts";

/**
 * Writes a file, and creates its folders if they are missing. Writes a temporary file with a name of its own
 * beside it, waits until that is on the disk, and renames it. So neither an interrupted command, nor a full
 * disk, nor a machine that fails leaves half a file at `path`; after an error the temporary file is removed.
 * A link is followed. A device or a pipe, such as `/dev/stdout`, is written as it is.
 *
 * @throws {Problem} `file_unwritable`, naming the file and the reason.
 */
export async function writeFile(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  listenForSizeLimit();
  try {
    const existing = await statOf(path);
    if (existing !== undefined && !existing.isFile && !existing.isDirectory) {
      return await Deno.writeFile(path, bytes, { create: false });
    }
    if (existing?.isDirectory) throw new Deno.errors.IsADirectory();
    const target = existing === undefined ? path : await Deno.realPath(path);
    const folder = dirname(target);
    await Deno.mkdir(folder, { recursive: true });
    // The name does not contain the target's, because that may be as long as a name may be.
    const temporary = `${folder}/.mitosis-${crypto.randomUUID()}.part`;
    try {
      await writeToDisk(temporary, bytes);
      await Deno.rename(temporary, target);
    } catch (thrown) {
      await Deno.remove(temporary).catch(() => {}); // It may not exist.
      throw thrown;
    }
    await syncFolder(folder);
  } catch (thrown) {
    throw new Problem(
      "file_unwritable",
      `'${path}' cannot be written: ${fileErrorReason(thrown)}.`,
    );
  }
}

async function writeToDisk(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

/** Makes a rename survive a power failure, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using opened = await Deno.open(folder);
    await opened.sync();
  } catch {
    // Windows does not open folders.
  }
}

let isListening = false;

/** Makes a write beyond the file size limit (`ulimit -f`) fail with an error instead of ending the process. */
function listenForSizeLimit(): void {
  if (isListening || Deno.build.os === "windows") return;
  isListening = true;
  try {
    Deno.addSignalListener("SIGXFSZ", () => {});
  } catch {
    isListening = false; // The system does not have this signal.
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  return await Deno.stat(path).catch(() => undefined);
}

/**
 * Returns keys of a file; two paths that share one are of the same file: through links, or on a disk that
 * ignores case. Names that differ only in case count as one, because such a disk may be used later.
 */
export async function fileKeys(path: string): Promise<string[]> {
  const real = await Deno.realPath(path).catch(async () => {
    const folder = await Deno.realPath(dirname(path)).catch(() => resolve(dirname(path)));
    return `${folder}/${basename(path)}`;
  });
  const info = await statOf(path);
  const name = real.normalize("NFC").toLowerCase();
  return info?.ino ? [name, `${info.dev}:${info.ino}`] : [name];
}
