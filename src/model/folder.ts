import { fileErrorReason, Problem } from "../errors.ts";
import type { BundleFiles } from "./bundle.ts";

/**
 * Gives access to a bundle in a folder of the file system. Reads the manifest and the model card now, and
 * other files when they are asked for. The model card may be missing.
 *
 * @throws {Problem} `model_invalid` when `manifest.json` cannot be read or is not JSON.
 */
export async function folderFiles(folder: string): Promise<BundleFiles> {
  const where = `folder '${folder}'`;
  const path = (file: string) => `${folder.replace(/\/+$/, "")}/${file}`;
  try {
    return {
      where,
      manifest: JSON.parse(await Deno.readTextFile(path("manifest.json"))),
      card: await Deno.readTextFile(path("README.md")).catch(() => ""),
      read: (file) => Deno.readFile(path(file)),
    };
  } catch (thrown) {
    const hint = thrown instanceof Deno.errors.NotCapable
      ? ` (move the folder into models/, or add --allow-read=${folder})`
      : "";
    throw new Problem(
      "model_invalid",
      `The model in ${where} cannot be served: manifest.json cannot be read: ` +
        `${fileErrorReason(thrown)}${hint}.`,
      { cause: thrown },
    );
  }
}
