import type { Size } from "../region.ts";
import { describedPlanes, type Planes } from "./description.ts";
import type { Directories } from "./directories.ts";
import type { Directory } from "./directory.ts";
import { hasOtherColors } from "./imagej_colors.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** Maximum number of bytes of a description that are read. The OME-XML of many planes has millions. */
const MAX_DESCRIPTION = 8 << 20;

/** Maximum number of subdirectories of a page that are read. */
const MAX_SUB_IFDS = 64;

/** Bits of NewSubfileType: a smaller version of another page, and a transparency mask. */
const [REDUCED, MASK] = [1, 4] as const;

/** The value of the older tag SubfileType for a smaller version of another page. */
const OLD_REDUCED = 2;

/** The picture that was chosen among the pages of a file. */
export interface ChosenPicture extends Size {
  /** One page, or three that hold red, green and blue. */
  readonly pages: readonly Directory[];
  /** For each page, the index of its plane where ImageJ stored several behind one offset; else 0. */
  readonly planes: readonly number[];
  /** ImageDescription of the chosen page, or of the first page of the file. */
  readonly description: string;
}

/** A page that is a picture. */
interface Page extends Size {
  readonly directory: Directory;
  /** Index among the pages of the file, or among the subdirectories of a page. */
  readonly index: number;
  /** Whether it is a smaller version of another page. */
  readonly isReduced: boolean;
}

/**
 * Chooses the page that is the picture: the largest that is not marked as a smaller version, a mask, a
 * label or an overview. Three gray pages that are described as channels are one color picture.
 *
 * @throws {Problem} `image_unsupported` if several pages are the largest, because any choice would be a
 * guess; `image_corrupt`, `image_truncated`.
 */
export async function choosePicture(
  { pages, isIncomplete, readAt }: Directories,
  fileLength: number,
): Promise<ChosenPicture> {
  const all = await picturesOf(pages);
  const full = all.filter(({ isReduced }) => !isReduced);
  if (full.length === 0) {
    // TIFF/EP and DNG store the picture in a subdirectory of its preview.
    for (const { directory } of all) {
      const offsets = await directory.integers(Tag.SubIfds, MAX_SUB_IFDS);
      const pictures = await picturesOf(await readAt(offsets));
      full.push(...pictures.filter(({ isReduced }) => !isReduced));
    }
  }
  if (full.length === 0 && isIncomplete) throw truncated(fileLength, "pages");
  const candidates = full.length > 0 ? full : all;
  const area = Math.max(...candidates.map(({ width, height }) => width * height));
  const largest = candidates.filter(({ width, height }) => width * height === area);
  const [first] = largest;
  if (first === undefined) throw corrupt("it has no page with a width and a height");
  return await resolvePlanes(first, largest, pages[0] ?? first.directory);
}

/**
 * Decides whether the largest pages are one picture.
 *
 * @param first The first of the largest pages.
 * @param largest All pages of the same area.
 * @param firstOfFile The first page of the file, which may hold the description of all.
 */
async function resolvePlanes(
  first: Page,
  largest: readonly Page[],
  firstOfFile: Directory,
): Promise<ChosenPicture> {
  const { width, height, directory } = first;
  const samplesPerPixel = await directory.integer(Tag.SamplesPerPixel) ?? 1;
  const description = await directory.text(Tag.ImageDescription, MAX_DESCRIPTION) ||
    await firstOfFile.text(Tag.ImageDescription, MAX_DESCRIPTION);
  const planes = describedPlanes(description, { width, height }, samplesPerPixel);
  const single = { width, height, pages: [directory], planes: [0], description };
  if (largest.length === 1) {
    if (planes === undefined || planes.channels * planes.planesPerChannel <= 1) return single;
    // One file of an OME-TIFF of several files. It is a picture unless it is one of several channels.
    if (planes.source === "OME-XML" && planes.channels <= 1) return single;
  }
  if (planes !== undefined && await isColor(planes, largest, samplesPerPixel)) {
    return {
      width,
      height,
      description,
      pages: planes.order.map((index) => (largest[index] ?? first).directory),
      planes: largest.length === 1 ? planes.order : [0, 0, 0],
    };
  }
  if (planes !== undefined && planes.channels > 1) {
    throw unsupported(
      `has ${planes.channels} channels in separate pages (${planes.source}); save it as RGB`,
    );
  }
  const count = largest.length > 1 ? largest.length : planes?.planesPerChannel ?? 1;
  throw unsupported(
    `has ${count} pages of ${width} x ${height} pixels each, of which only one can be searched; save ` +
      "that page as a separate file",
  );
}

/** Returns whether three gray planes are the red, green and blue of one picture. */
async function isColor(
  planes: Planes,
  pages: readonly Page[],
  samplesPerPixel: number,
): Promise<boolean> {
  const areThree = planes.channels === 3 && planes.planesPerChannel === 1;
  if (!areThree || planes.hasOtherColors || samplesPerPixel !== 1) return false;
  const [first] = pages;
  if (pages.length !== 3 && !(pages.length === 1 && planes.source === "ImageJ")) return false;
  // Descriptions count the channels in the order of the file's pages.
  if (pages.some(({ index }, i) => index !== i)) return false;
  return first !== undefined && !(await hasOtherColors(first.directory));
}

/** Returns the pages that are pictures, without masks, labels and overviews. */
async function picturesOf(directories: readonly Directory[]): Promise<Page[]> {
  const pages: Page[] = [];
  for (const [index, directory] of directories.entries()) {
    const width = await directory.integer(Tag.ImageWidth) ?? 0;
    const height = await directory.integer(Tag.ImageLength) ?? 0;
    if (!directory.has(Tag.ImageWidth) || !directory.has(Tag.ImageLength)) continue;
    if (!(width > 0 && height > 0)) throw corrupt(`its tags say ${width} x ${height} pixels`);
    const subfileType = await directory.integer(Tag.NewSubfileType) ?? 0;
    if ((subfileType & MASK) !== 0 || await isLabel(directory)) continue;
    const oldSubfileType = await directory.integer(Tag.SubfileType);
    const isReduced = (subfileType & REDUCED) !== 0 || oldSubfileType === OLD_REDUCED;
    pages.push({ directory, index, width, height, isReduced });
  }
  return pages;
}

/** Returns whether a page is the label or overview of a slide, as Aperio and Philips describe them. */
export async function isLabel(directory: Directory): Promise<boolean> {
  const text = await directory.text(Tag.ImageDescription, 256);
  return /^(Aperio[^\n]*\n)?\s*(label|macro)\b/i.test(text);
}
