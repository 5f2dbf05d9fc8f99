import { messageOf, Problem } from "../errors.ts";

/**
 * Reads a file that the user named.
 *
 * @throws {Problem} `file_unreadable`, naming the file and the reason.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (thrown) {
    throw new Problem("file_unreadable", `'${path}' cannot be read: ${reasonOf(thrown)}.`);
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotFound) return "there is no such file";
  if (thrown instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (thrown instanceof Deno.errors.PermissionDenied) return "the permission is missing";
  return messageOf(thrown);
}
