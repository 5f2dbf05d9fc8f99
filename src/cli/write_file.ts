import { messageOf, Problem } from "../errors.ts";

/**
 * Writes a file and the folders above it. Until all is written it has another name, so that a command
 * that is ended leaves the old file or the new one, never half of one.
 *
 * @throws {Problem} `file_unwritable`.
 */
export async function writeFile(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const at = path.lastIndexOf("/");
  try {
    if (at > 0) await Deno.mkdir(path.slice(0, at), { recursive: true });
    await Deno.writeFile(`${path}.part`, bytes);
    await Deno.rename(`${path}.part`, path);
  } catch (thrown) {
    throw new Problem("file_unwritable", `'${path}' cannot be written: ${messageOf(thrown)}.`);
  }
}
