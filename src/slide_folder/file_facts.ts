import { Problem } from "../errors.ts";
import { checkConfined, type Confinement, unlessUnreadable } from "../slide/bytes/file_source.ts";
import type { SlideEntry } from "./slide_entry.ts";

/** Facts about the files of a slide from the file system. */
export interface FileFacts {
  /** Size of all files together. */
  readonly bytes: number;
  /** Changes when the files change: their sizes and modification times. */
  readonly version: string;
}

/** Maximum number of files in a folder of DICOM files. */
const MAX_FILES = 4096;

/**
 * Reads the sizes and modification times of the files of a slide.
 *
 * @throws {Problem} `file_unreadable`; `slide_not_allowed` for a link that leads out of the folder.
 */
export async function fileFacts(
  location: string,
  { isFolder }: SlideEntry,
  confinement: Confinement,
): Promise<FileFacts> {
  return await unlessUnreadable(confinement.title, async () => {
    await checkConfined(location, confinement);
    if (!isFolder) {
      const { size, mtime, isFile } = await Deno.stat(location);
      if (!isFile) throw new Error("it is no file");
      return { bytes: size, version: `${size} ${mtime?.getTime()}` };
    }
    let [bytes, files, latest] = [0, 0, 0];
    for await (const { name, isFile, isDirectory } of Deno.readDir(location)) {
      if (isDirectory) continue;
      if (++files > MAX_FILES) {
        throw new Problem(
          "image_unsupported",
          `'${confinement.title}' has more than ${MAX_FILES} files.`,
        );
      }
      // What a link leads to does not count; the reader opens it, or refuses it.
      if (!isFile) continue;
      const { size, mtime } = await Deno.stat(`${location}/${name}`);
      bytes += size;
      latest = Math.max(latest, mtime?.getTime() ?? 0);
    }
    return { bytes, version: `${files} ${bytes} ${latest}` };
  });
}
