import { fileErrorReason, Problem } from "./errors.ts";

/**
 * Writes a file, and creates its folders if they are missing. Writes to `path` with `.part` appended
 * first, waits until that is on the disk, and renames it. So neither an interrupted command nor a
 * machine that fails leaves half a file at `path`.
 *
 * @throws {Problem} `file_unwritable`, naming the file and the reason.
 */
export async function writeFile(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const folderEnd = path.lastIndexOf("/");
  try {
    if (folderEnd > 0) await Deno.mkdir(path.slice(0, folderEnd), { recursive: true });
    await Deno.writeFile(`${path}.part`, bytes);
    using file = await Deno.open(`${path}.part`);
    await file.sync();
    await Deno.rename(`${path}.part`, path);
  } catch (thrown) {
    throw new Problem(
      "file_unwritable",
      `'${path}' cannot be written: ${fileErrorReason(thrown)}.`,
    );
  }
}
