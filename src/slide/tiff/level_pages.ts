import type { Directories } from "../../image/tiff/directories.ts";
import type { Directory } from "../../image/tiff/directory.ts";
import { type ChosenPicture, isLabel } from "../../image/tiff/pages.ts";
import { Tag } from "../../image/tiff/tags.ts";
import { downsampleOf } from "../pyramid.ts";

/** A page that is one resolution of the slide. */
export interface LevelPage {
  readonly directory: Directory;
  readonly width: number;
  readonly height: number;
  /** Pixels at full resolution per pixel of the page. */
  readonly downsample: number;
}

/** Maximum number of SubIFDs that are looked at. */
const MAX_LEVELS = 64;

/** The bit of NewSubfileType that says that a page is a mask. */
const MASK = 4;

/**
 * Finds the pages that are resolutions of the picture, the largest first. Such a page is in tiles, has the
 * proportions of the picture, and is no label, macro, thumbnail or mask. It is a SubIFD of the picture
 * (OME-TIFF) or a page of the file.
 *
 * @returns An empty list if the picture itself is not in tiles.
 */
export async function findLevelPages(
  full: Directory,
  { width, height }: ChosenPicture,
  { pages, readAt }: Directories,
): Promise<LevelPage[]> {
  if (!isTiled(full)) return [];
  const below = await readAt(await full.integers(Tag.SubIfds, MAX_LEVELS));
  const levels: LevelPage[] = [{ directory: full, width, height, downsample: 1 }];
  for (const directory of [...pages, ...below]) {
    if (directory === full || !isTiled(directory) || await isOther(directory)) continue;
    const level = {
      width: await directory.integer(Tag.ImageWidth) ?? 0,
      height: await directory.integer(Tag.ImageLength) ?? 0,
    };
    if (!(level.width > 0 && level.height > 0)) continue;
    const downsample = downsampleOf({ width, height }, level);
    if (downsample === undefined || downsample === 1) continue;
    if (levels.some((other) => other.width === level.width)) continue;
    levels.push({ directory, ...level, downsample });
  }
  return levels.sort((a, b) => a.downsample - b.downsample);
}

/** Returns whether a page is cut into tiles. */
export function isTiled(directory: Directory): boolean {
  return directory.has(Tag.TileWidth) && directory.has(Tag.TileLength);
}

/** Returns whether a page shows something else than the slide. */
async function isOther(directory: Directory): Promise<boolean> {
  const subfile = await directory.integer(Tag.NewSubfileType) ?? 0;
  return (subfile & MASK) !== 0 || await isLabel(directory);
}
