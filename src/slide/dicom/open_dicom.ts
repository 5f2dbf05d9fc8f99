import { dirname } from "node:path";
import { Problem } from "../../errors.ts";
import type { ByteSource } from "../bytes/byte_source.ts";
import type { Pyramid } from "../pyramid.ts";
import { readDicomFolder } from "./dicom_files.ts";
import { type DicomImage, readDicomImage } from "./dicom_image.ts";
import { dicomPyramid, type DicomReference } from "./dicom_pyramid.ts";

/** A slide in DICOM: its levels, and the UIDs by which results refer to it. */
type DicomSlide = Pyramid & { readonly dicom: DicomReference };

/**
 * Opens a slide in DICOM, of which the user has named one file. Each level is a file. On a disk, finds the
 * others in the same folder; on a server, the file must have the whole slide.
 *
 * @param sources The open files of the slide, first only `source`.
 * @throws {Problem} `file_unreadable`, `image_unsupported`, `image_corrupt`, `image_truncated`.
 */
export async function openDicomFile(
  source: ByteSource,
  sources: ByteSource[],
  signal: AbortSignal | undefined,
): Promise<DicomSlide> {
  const path = source.name;
  const image = await readDicomImage(source, signal);
  const isPart = image?.flavor === "VOLUME" && !source.isRemote;
  if (!isPart) return await openSeries(image ? [image] : [], `'${path}'`, sources, signal);
  sources.pop()?.close();
  const images = await readDicomFolder(dirname(path), signal);
  const ofSlide = images.filter(({ seriesUid }) => seriesUid === image.seriesUid);
  sources.push(...images.map(({ source }) => source));
  return await openSeries(ofSlide, `'${path}'`, sources, signal);
}

/**
 * Opens the only slide of a folder of DICOM files.
 *
 * @param sources Gets the files that are opened.
 * @throws {Problem} as {@linkcode openDicomFile}.
 */
export async function openDicomFolder(
  path: string,
  sources: ByteSource[],
  signal: AbortSignal | undefined,
): Promise<DicomSlide> {
  return await openSeries(await readDicomFolder(path, signal), `'${path}'`, sources, signal);
}

/**
 * Opens the only slide among DICOM images, and closes all other files.
 *
 * @param where Names the files in messages.
 * @throws {Problem} as {@linkcode openDicomFile}.
 */
export async function openSeries(
  images: readonly DicomImage[],
  where: string,
  sources: ByteSource[],
  signal: AbortSignal | undefined,
): Promise<DicomSlide> {
  const known = new Set(sources);
  sources.push(...images.map(({ source }) => source).filter((source) => !known.has(source)));
  const slide = oneSeries(images, where);
  closeOthers(sources, slide);
  return await dicomPyramid(slide, signal);
}

/**
 * Returns the images with the flavor VOLUME, which must all be of one series.
 *
 * @param where Names the files in messages.
 * @throws {Problem} `image_unsupported` if there is none, or if there are several series.
 */
function oneSeries(images: readonly DicomImage[], where: string): DicomImage[] {
  const volumes = images.filter(({ flavor }) => flavor === "VOLUME");
  const series = new Set(volumes.map(({ seriesUid }) => seriesUid));
  if (series.size === 1) return volumes;
  if (series.size > 1) {
    throw new Problem(
      "image_unsupported",
      `${where} has ${series.size} slides (DICOM series); name a file of one of them.`,
    );
  }
  const flavors = images.map(({ flavor }) => flavor.toLowerCase());
  throw new Problem(
    "image_unsupported",
    flavors.length === 0
      ? `${where} has no DICOM whole-slide image.`
      : `${where} has no pixels of a slide, only: ${[...new Set(flavors)].join(", ")}.`,
  );
}

/** Closes the files that are not of the slide, and removes them from `sources`. */
function closeOthers(sources: ByteSource[], slide: readonly DicomImage[]): void {
  const kept = new Set(slide.map(({ source }) => source));
  for (let i = sources.length - 1; i >= 0; i--) {
    const source = sources[i];
    if (source === undefined || kept.has(source)) continue;
    source.close();
    sources.splice(i, 1);
  }
}
