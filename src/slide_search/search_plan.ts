import { Problem } from "../errors.ts";
import {
  countMask,
  growMask,
  intersectMasks,
  type Mask,
  maskAt,
  uniteMasks,
} from "../image/mask.ts";
import type { Point, Region } from "../image/region.ts";
import type { FieldFacts } from "../search/field.ts";
import { isInRegion, regionMask, regionOutlineMask, type SearchRegion } from "./region.ts";

/** A detection counts up to this far outside of the tissue mask, whose border is rough, in micrometers. */
const TISSUE_MARGIN_UM = 64;

/**
 * Side of a block, in tiles. The tiles of a block overlap, and the pixels that they share are decoded only
 * once. The pixels of a block take 14 MB.
 */
const BLOCK_TILES = 4;

/** More than the number of blocks in a row of any slide. */
const MAX_BLOCKS = 2 ** 20;

/** The part of a slide that is searched. */
export interface SearchPlan {
  /** Indices of the tiles, in the order in which they are searched. */
  readonly tiles: readonly number[];
  /** The same tiles in square blocks of neighbors, row by row. */
  readonly blocks: readonly (readonly number[])[];
  /** The tissue; only that within the region, if there is one. */
  readonly tissue: Mask;
  /** Returns whether a point is searched, in pixels at the model's resolution. */
  readonly includes: (point: Point) => boolean;
}

/**
 * Decides which part of a slide is searched: the tissue, or all of a region that a person has drawn. The
 * part does not depend on the division into tiles.
 *
 * @throws {Problem} `slide_empty` if there is nothing to search.
 */
export function planSearch(
  { tiles, scale, resolution }: Pick<FieldFacts, "tiles" | "scale" | "resolution">,
  tissue: Mask,
  region: SearchRegion | undefined,
): SearchPlan {
  const toSlide = ({ x, y }: Point) => ({ x: x / scale, y: y / scale });
  if (region === undefined) {
    const searched = growMask(
      tissue,
      Math.ceil(TISSUE_MARGIN_UM / (tissue.cell * resolution.mpp)),
    );
    const touched = growMask(searched, 1);
    const found = indicesOf(tiles, (tile) => holdsCell(touched, tile, scale));
    if (countMask(tissue) === 0) {
      throw new Problem(
        "slide_empty",
        "No tissue was found on the slide. If there is some, outline it in QuPath and give the outline " +
          "as region.",
      );
    }
    return {
      ...inBlocks(tiles, found),
      tissue,
      includes: (point) => maskAt(searched, toSlide(point)),
    };
  }
  const inside = regionMask(region, tissue);
  // Adds the outline, because a part that is narrower than a cell may contain no middle of a cell.
  const touched = growMask(uniteMasks(inside, regionOutlineMask(region, tissue)), 2);
  const found = indicesOf(tiles, (tile) => holdsCell(touched, tile, scale));
  if (found.length === 0) {
    throw new Problem(
      "slide_empty",
      "The region lies outside of the slide; its points must be pixels of the slide at full resolution.",
    );
  }
  return {
    ...inBlocks(tiles, found),
    tissue: intersectMasks(tissue, inside),
    includes: (point) => isInRegion(region, toSlide(point)),
  };
}

/** Groups tiles into blocks, and orders the blocks row by row. */
function inBlocks(
  tiles: readonly Region[],
  indices: readonly number[],
): Pick<SearchPlan, "tiles" | "blocks"> {
  const side = BLOCK_TILES * (tiles[0]?.width ?? 1);
  const blocks = Map.groupBy(indices, (index) => {
    const { x = 0, y = 0 } = tiles[index] ?? {};
    return Math.floor(y / side) * MAX_BLOCKS + Math.floor(x / side);
  });
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
  return { tiles: ordered.flat(), blocks: ordered };
}

function indicesOf(tiles: readonly Region[], isWanted: (tile: Region) => boolean): number[] {
  return tiles.flatMap((tile, index) => isWanted(tile) ? [index] : []);
}

/** Returns whether a tile overlaps a set cell. */
function holdsCell({ width, height, data, cell }: Mask, tile: Region, scale: number): boolean {
  const side = cell * scale;
  const right = Math.min(width - 1, Math.floor((tile.x + tile.width - 1) / side));
  const bottom = Math.min(height - 1, Math.floor((tile.y + tile.height - 1) / side));
  for (let row = Math.floor(tile.y / side); row <= bottom; row++) {
    const first = row * width;
    const cells = data.subarray(first + Math.floor(tile.x / side), first + right + 1);
    if (cells.includes(1)) return true;
  }
  return false;
}
