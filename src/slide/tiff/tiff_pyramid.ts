import { readScale } from "../../image/tiff/scale.ts";
import { COMPRESSIONS } from "../../image/tiff/compressions.ts";
import { isOme, omePixels } from "../../image/tiff/description.ts";
import { type Directories, readDirectories } from "../../image/tiff/directories.ts";
import type { Layout } from "../../image/tiff/layout.ts";
import { npmLibraries } from "../../image/tiff/npm_libraries.ts";
import { choosePicture, type ChosenPicture, isLabel } from "../../image/tiff/pages.ts";
import { corrupt, truncated, unsupported } from "../../image/tiff/problems.ts";
import { readLayout } from "../../image/tiff/read_layout.ts";
import { checkUsedBits } from "../../image/tiff/sample_tags.ts";
import { readSegments, type Segments } from "../../image/tiff/segments.ts";
import { Tag } from "../../image/tiff/tags.ts";
import { decodeTile, neededPlanes } from "../../image/tiff/unpack.ts";
import { blockCache } from "../bytes/block_cache.ts";
import type { ByteSource } from "../bytes/byte_source.ts";
import type { Pyramid, TileLevel, TilePart } from "../pyramid.ts";
import { refuseByTags, untiled } from "../refused_formats.ts";
import { findLevelPages, isTiled, type LevelPage } from "./level_pages.ts";

/** Maximum size of a tile; a decoded tile is held in memory. */
const MAX_TILE_PIXELS = 4096 * 4096;

/** Maximum number of tiles in a level; their places are held in memory. */
const MAX_TILES = 1 << 22;

/**
 * Opens a TIFF or BigTIFF of tiles: Aperio SVS, OME-TIFF with its levels in SubIFDs, or a plain pyramid.
 * Reads no pixels.
 *
 * @throws {Problem} `image_unsupported`; `image_corrupt`; `image_truncated` if a page or a tile lies behind
 * the end of the file.
 */
export async function openTiffPyramid(source: ByteSource): Promise<Pyramid> {
  const cached = blockCache(source);
  const directories = await readDirectories(cached);
  await refuseByTags(directories.pages);
  if (directories.isIncomplete) throw truncated(source.length, "list of pages");
  const chosen = await chooseTiled(directories, source.length);
  const [full] = chosen.pages;
  if (full === undefined || chosen.pages.length > 1) {
    throw unsupported("has its colors in separate pages; save it as RGB");
  }
  const levels: TiffLevel[] = [];
  for (const page of await findLevelPages(full, chosen, directories)) {
    levels.push(await openLevel(page, levels.length, source));
  }
  const [first] = levels;
  if (first === undefined) throw untiled(chosen.width, chosen.height);
  checkBits(chosen, first.layout);
  return {
    mpp: await readScale(full, chosen.description, chosen),
    format: `${formatOf(chosen.description)}, ${compressionOf(first.layout)}`,
    levels,
    tileRanges: levels.flatMap(({ segments }) => [segments.offsets, segments.lengths]),
  };
}

/** Chooses the picture among the pages in tiles, because Aperio's thumbnail may be as large as the slide. */
async function chooseTiled(directories: Directories, length: number): Promise<ChosenPicture> {
  const pages = directories.pages.filter(isTiled);
  const candidates = pages.length === 0 ? directories : { ...directories, pages };
  const largest = await choosePicture(candidates, length);
  for (const page of directories.pages) {
    const width = await page.integer(Tag.ImageWidth) ?? 0;
    const height = await page.integer(Tag.ImageLength) ?? 0;
    const isLarger = width * height > largest.width * largest.height;
    if (isLarger && !isTiled(page) && !(await isLabel(page))) throw untiled(width, height);
  }
  return largest;
}

/** A level of a TIFF, with the places of its tiles. */
interface TiffLevel extends TileLevel {
  readonly layout: Layout;
  readonly segments: Segments;
}

async function openLevel(
  { directory, downsample }: LevelPage,
  number: number,
  source: ByteSource,
): Promise<TiffLevel> {
  const layout = await readLayout(directory);
  const { grid, width, height } = layout;
  if (grid.width * grid.height > MAX_TILE_PIXELS) {
    throw unsupported(
      `has tiles of ${grid.width} x ${grid.height} pixels; save it in tiles of 256 x 256`,
    );
  }
  const tiles = grid.columns * grid.rows;
  if (tiles > MAX_TILES) {
    throw unsupported(`has ${tiles} tiles a level; at most ${MAX_TILES} are accepted`);
  }
  const segments = await readSegments(directory, layout);
  checkEnds(segments, number, source);
  return {
    width,
    height,
    downsample,
    tileWidth: grid.width,
    tileHeight: grid.height,
    layout,
    segments,
    partsOf(tile) {
      const parts: TilePart[] = [];
      for (let plane = 0; plane < neededPlanes(layout); plane++) {
        const at = tile + plane * tiles;
        const [offset = 0, length = 0] = [segments.offsets[at], segments.lengths[at]];
        if (offset === 0 || length === 0) throw corrupt("its list of tiles gives no bytes for it");
        parts.push({ source, offset, length });
      }
      return parts;
    },
    decode: (tile, parts) => decodeTile(parts, tile, layout, npmLibraries),
  };
}

/** Refuses a file that was cut off. A search would otherwise spend hours on the part that is there. */
function checkEnds({ offsets, lengths }: Segments, level: number, source: ByteSource): void {
  const cut = offsets.flatMap((offset, i) => offset + (lengths[i] ?? 0) > source.length ? [i] : []);
  if (cut.length === 0) return;
  throw truncated(
    source.length,
    `tile ${cut[0]} of level ${level} (${cut.length} of ${offsets.length} tiles are cut off)`,
  );
}

function checkBits({ description, width, height }: ChosenPicture, { bitsPerSample }: Layout): void {
  const used = Number(omePixels(description, width, height)?.attributes.get("SignificantBits"));
  checkUsedBits(bitsPerSample, used, `SignificantBits is ${used}`);
}

function formatOf(description: string): string {
  if (/^Aperio/i.test(description)) return "Aperio SVS";
  return isOme(description) ? "OME-TIFF" : "TIFF";
}

function compressionOf({ compression }: Layout): string {
  const name = COMPRESSIONS[compression]?.name ?? "";
  return name === "no" ? "uncompressed" : name;
}
