import { Problem } from "../../errors.ts";
import type { ByteSource } from "../bytes/byte_source.ts";
import {
  checkConfined,
  type Confinement,
  openFileSource,
  unlessUnreadable,
} from "../bytes/file_source.ts";
import { readSeriesUid } from "./data_set.ts";
import { type DicomImage, readDicomImage } from "./dicom_image.ts";

/** Maximum number of files in a folder, because each has to be opened. */
const MAX_FILES = 4096;

/** Offset of the letters DICM in a DICOM file. */
const MARK_OFFSET = 128;

/**
 * Opens the DICOM whole-slide images of a folder, without its subfolders. Skips other files.
 *
 * @param seriesUid Skips the files of other series, also damaged ones; by default all series are opened.
 * @returns The images. Each has its own source, which the caller closes.
 * @throws {Problem} `file_unreadable`, `image_unsupported`, `image_corrupt`, `image_truncated`; as
 * {@linkcode openFileSource}.
 */
export async function openDicomFolder(
  folder: string,
  signal?: AbortSignal,
  confinement?: Confinement,
  seriesUid?: string,
): Promise<DicomImage[]> {
  const title = confinement?.title ?? folder;
  const names = await unlessUnreadable(title, async () => {
    const names: string[] = [];
    await checkConfined(folder, confinement);
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) continue;
      names.push(name);
      if (names.length > MAX_FILES) {
        throw new Problem("image_unsupported", `'${title}' has more than ${MAX_FILES} files.`);
      }
    }
    return names.sort();
  });
  const images: DicomImage[] = [];
  try {
    for (const name of names) {
      const image = await openIfDicom(`${folder}/${name}`, signal, confinement, seriesUid);
      if (image !== undefined) images.push(image);
    }
    return images;
  } catch (thrown) {
    for (const { source } of images) source.close();
    throw thrown;
  }
}

async function openIfDicom(
  path: string,
  signal: AbortSignal | undefined,
  confinement: Confinement | undefined,
  seriesUid: string | undefined,
): Promise<DicomImage | undefined> {
  const source = await openFileSource(path, confinement);
  let image: DicomImage | undefined;
  try {
    if (!await isDicom(source, signal)) return undefined;
    if (seriesUid !== undefined) {
      const series = await readSeriesUid(source, signal);
      if (series !== undefined && series !== seriesUid) return undefined;
    }
    image = await readDicomImage(source, signal);
    return image;
  } catch (thrown) {
    throw withName(thrown, source.name);
  } finally {
    if (image === undefined) source.close();
  }
}

/** Returns whether a file has the mark of DICOM. */
export async function isDicom(source: ByteSource, signal?: AbortSignal): Promise<boolean> {
  if (source.length < MARK_OFFSET + 4) return false;
  const mark = await source.read(MARK_OFFSET, 4, signal);
  return new TextDecoder().decode(mark) === "DICM";
}

/** Adds the name of the file to a problem, because the folder has many. */
function withName(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Problem) || thrown.code === "file_unreadable") return thrown;
  return new Problem(thrown.code, `'${path}': ${thrown.message}`, { cause: thrown });
}
