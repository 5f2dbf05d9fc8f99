import { fileErrorReason, Problem } from "../errors.ts";

/**
 * Reads a file that the user named.
 *
 * @throws {Problem} `file_unreadable`, naming the file and the reason.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (thrown) {
    throw new Problem("file_unreadable", `'${path}' cannot be read: ${fileErrorReason(thrown)}.`);
  }
}
