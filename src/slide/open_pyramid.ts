import { dirname } from "node:path";
import { Problem } from "../errors.ts";
import type { ByteSource } from "./bytes/byte_source.ts";
import { type Confinement, openFileSource, unlessUnreadable } from "./bytes/file_source.ts";
import { openHttpSource } from "./bytes/http_source.ts";
import { openDicomFolder } from "./dicom/dicom_files.ts";
import { type DicomImage, readDicomImage } from "./dicom/dicom_image.ts";
import {
  closeOthers,
  dicomPyramid,
  type DicomReference,
  oneSeries,
} from "./dicom/dicom_pyramid.ts";
import type { Pyramid } from "./pyramid.ts";
import { slideFormat } from "./formats.ts";

/** Options for opening a slide. */
export interface OpenOptions {
  /**
   * Beginnings of the addresses from which slides may be read, such as
   * `https://slides.example.org/archive/`. By default, none may be read.
   */
  readonly allowedUrls?: readonly string[];
  /** Limits which files are opened, and hides their names; by default, neither. */
  readonly confinement?: Confinement;
  /** Stops the opening. */
  readonly signal?: AbortSignal;
}

/** Opens the slide at a location. Adds the files that it opens to `sources`; the caller closes them. */
export async function openPyramid(
  location: string | readonly string[],
  sources: ByteSource[],
  options: OpenOptions,
): Promise<Pyramid & { readonly dicom?: DicomReference }> {
  const { signal, confinement } = options;
  if (typeof location !== "string" && location.length !== 1) {
    return await openSeveral(location, sources, options);
  }
  const path = typeof location === "string" ? location : location[0] ?? "";
  const title = confinement?.title ?? path;
  if (!isUrl(path) && await isFolder(path, title)) {
    const images = await openDicomFolder(path, signal, confinement);
    return await openSeries(images, `'${title}'`, sources, signal);
  }
  const source = await openSource(path, options);
  sources.push(source);
  const { open } = await slideFormat(source, signal);
  if (open !== undefined) return await open(source);
  const image = await readDicomImage(source, signal);
  const isPart = image?.flavor === "VOLUME" && !source.isRemote;
  if (!isPart) return await openSeries(image ? [image] : [], `'${source.name}'`, sources, signal);
  // A slide has a file for each level, of which the user names one.
  sources.pop()?.close();
  const own = await openDicomFolder(dirname(path), signal, confinement, image.seriesUid);
  return await openSeries(own, `'${title}'`, sources, signal);
}

/** Opens a slide of several files, which have to be DICOM. */
async function openSeveral(
  locations: readonly string[],
  sources: ByteSource[],
  options: OpenOptions,
) {
  const images: DicomImage[] = [];
  for (const location of locations) {
    const source = await openSource(location, options);
    sources.push(source);
    const { name } = await slideFormat(source, options.signal);
    if (name !== "a DICOM") {
      throw new Problem(
        "image_unsupported",
        `'${source.name}' is ${name}; only a slide in DICOM may have several files.`,
      );
    }
    const image = await readDicomImage(source, options.signal);
    if (image !== undefined) images.push(image);
  }
  return await openSeries(images, "The list of files", sources, options.signal);
}

/** Opens the levels of the only slide among DICOM images, and closes all other files. */
async function openSeries(
  images: readonly DicomImage[],
  where: string,
  sources: ByteSource[],
  signal: AbortSignal | undefined,
) {
  const known = new Set(sources);
  sources.push(...images.map(({ source }) => source).filter((source) => !known.has(source)));
  const slide = oneSeries(images, where);
  closeOthers(sources, slide);
  return await dicomPyramid(slide, signal);
}

async function openSource(
  location: string,
  { allowedUrls = [], confinement, signal }: OpenOptions,
): Promise<ByteSource> {
  return isUrl(location)
    ? await openHttpSource(location, allowedUrls, signal)
    : await openFileSource(location, confinement);
}

function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

async function isFolder(path: string, title: string): Promise<boolean> {
  return (await unlessUnreadable(title, () => Deno.stat(path))).isDirectory;
}
