import { fileErrorReason, Problem } from "../../errors.ts";

/**
 * Writes a folder completely or not at all: writes all files to a temporary folder and then renames it. An
 * existing folder of that name is replaced.
 *
 * @param files Contents of the files, by their path inside the folder.
 * @throws {Problem} `file_unwritable`; an existing folder is kept as it was.
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const target = folder.replace(/[/\\]+$/, "");
  const unfinished = `${target}.unfinished`;
  const replaced = `${target}.replaced`;
  try {
    await removeFolder(unfinished);
    for (const [file, content] of files) {
      const path = `${unfinished}/${file}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    await removeFolder(replaced);
    await Deno.rename(target, replaced).catch(ignoreMissing);
    try {
      await Deno.rename(unfinished, target);
    } catch (thrown) {
      await Deno.rename(replaced, target).catch(ignoreMissing);
      throw thrown;
    }
    await removeFolder(replaced).catch(() => {});
  } catch (thrown) {
    await removeFolder(unfinished).catch(() => {});
    throw new Problem(
      "file_unwritable",
      `The folder '${folder}' cannot be written: ${fileErrorReason(thrown)}.`,
      { cause: thrown },
    );
  }
}

async function removeFolder(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}
