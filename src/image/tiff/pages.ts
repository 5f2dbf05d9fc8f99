import { describedPlanes, type Planes } from "./description.ts";
import type { Directories } from "./directories.ts";
import type { Directory } from "./directory.ts";
import { hasOtherColors } from "./imagej_colors.ts";
import { corrupt, truncated, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** Characters of a description that are looked at; an OME-XML of many planes has millions. */
const MAX_DESCRIPTION = 8 << 20;

/** The picture of a file that is meant by "the picture". */
export interface ChosenPicture {
  readonly width: number;
  readonly height: number;
  /** One page, or three that hold red, green and blue. */
  readonly pages: readonly Directory[];
  /** Position of each page's plane where ImageJ put several behind one page's offset. */
  readonly planes: readonly number[];
  /** ImageDescription of the file's first page, or of the chosen one. */
  readonly description: string;
}

interface Page {
  readonly directory: Directory;
  /** Position among the pages of the file, or below another one. */
  readonly place: number;
  readonly width: number;
  readonly height: number;
  /** A smaller version of another page (NewSubfileType bit 0). */
  readonly reduced: boolean;
}

/**
 * Chooses the page that is the picture: the largest that is not marked as a smaller version, a mask,
 * a label or an overview. Three gray pages that are said to be channels are one color picture.
 *
 * @throws {Problem} `image_unsupported` where several pages are equally large: which one is meant
 * would be a guess.
 */
export async function choosePicture(
  { pages, brokenOff, at }: Directories,
  fileLength: number,
): Promise<ChosenPicture> {
  const all = await picturesOf(pages);
  const full = all.filter(({ reduced }) => !reduced);
  if (full.length === 0) {
    // TIFF/EP and DNG put the picture into a subdirectory of its preview.
    for (const { directory } of all) {
      const offsets = await directory.integers(Tag.SubIfds, MAX_BELOW);
      const below = await picturesOf(await at(offsets));
      full.push(...below.filter(({ reduced }) => !reduced));
    }
  }
  if (full.length === 0 && brokenOff) throw truncated(fileLength, "pages");
  const candidates = full.length > 0 ? full : all;
  const area = Math.max(...candidates.map(({ width, height }) => width * height));
  const largest = candidates.filter(({ width, height }) => width * height === area);
  const [first] = largest;
  if (first === undefined) throw corrupt("it has no page with a width and a height");
  return await assemble(first, largest, pages[0] ?? first.directory);
}

async function assemble(
  first: Page,
  equal: readonly Page[],
  firstOfFile: Directory,
): Promise<ChosenPicture> {
  const { width, height, directory } = first;
  const samples = await directory.integer(Tag.SamplesPerPixel) ?? 1;
  const own = await directory.text(Tag.ImageDescription, MAX_DESCRIPTION);
  const description = own || await firstOfFile.text(Tag.ImageDescription, MAX_DESCRIPTION);
  const planes = describedPlanes(description, { width, height, samples });
  const size = `${width} x ${height} pixels`;
  const single = { width, height, pages: [directory], planes: [0], description };
  if (equal.length === 1 && (planes === undefined || planes.channels * planes.others <= 1)) {
    return single;
  }
  // A focal plane of a set of files is one picture, a channel of such a set is not.
  if (equal.length === 1 && planes?.by === "OME-XML" && planes.channels <= 1) return single;
  if (planes !== undefined && await isColor(planes, equal, samples)) {
    return {
      width,
      height,
      description,
      pages: planes.order.map((place) => (equal[place] ?? first).directory),
      planes: equal.length === 1 ? planes.order : [0, 0, 0],
    };
  }
  if (planes !== undefined && planes.channels > 1) {
    throw unsupported(
      `has ${planes.channels} channels in pages of their own (${planes.by}); save it as RGB`,
    );
  }
  const count = equal.length > 1 ? equal.length : planes?.others ?? 1;
  throw unsupported(
    `has ${count} pages of ${size} each, and which one is meant would be a guess; save the one ` +
      "that is to be searched in a file of its own",
  );
}

/** Whether three gray planes are the red, green and blue of one picture. */
async function isColor(
  planes: Planes,
  pages: readonly Page[],
  samples: number,
): Promise<boolean> {
  if (planes.channels !== 3 || planes.others !== 1 || planes.otherColors || samples !== 1) {
    return false;
  }
  const [first] = pages;
  if (pages.length !== 3 && !(pages.length === 1 && planes.by === "ImageJ")) return false;
  // The order of channels is that of the file's pages.
  if (pages.some(({ place }, i) => place !== i)) return false;
  return first !== undefined && !(await hasOtherColors(first.directory));
}

/** The pages that are pictures, with their sizes. */
async function picturesOf(directories: readonly Directory[]): Promise<Page[]> {
  const pages: Page[] = [];
  for (const [place, directory] of directories.entries()) {
    const width = await directory.integer(Tag.ImageWidth) ?? 0;
    const height = await directory.integer(Tag.ImageLength) ?? 0;
    if (!directory.has(Tag.ImageWidth) || !directory.has(Tag.ImageLength)) continue;
    if (!(width > 0 && height > 0)) throw corrupt(`its tags say ${width} x ${height} pixels`);
    const subfile = await directory.integer(Tag.NewSubfileType) ?? 0;
    if ((subfile & MASK) !== 0 || await isLabel(directory)) continue;
    const old = await directory.integer(Tag.SubfileType);
    pages.push({
      directory,
      place,
      width,
      height,
      reduced: (subfile & REDUCED) !== 0 || old === 2,
    });
  }
  return pages;
}

/** Subdirectories of a page that are looked at. */
const MAX_BELOW = 64;

const REDUCED = 1;
const MASK = 4;

/** Whether a page is a slide's label or overview, as Aperio and Philips mark them. */
export async function isLabel(directory: Directory): Promise<boolean> {
  const text = await directory.text(Tag.ImageDescription, 256);
  return /^(Aperio[^\n]*\n)?\s*(label|macro)\b/i.test(text);
}
