import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import { corrupt } from "./problems.ts";
import { Tag } from "./tags.ts";

/** Places and lengths of all strips or tiles, one plane after the other. */
export interface Segments {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Reads where the strips or tiles are.
 *
 * @throws {Problem} `image_corrupt` where there are too few, `image_truncated`.
 */
export async function readSegments(page: Directory, layout: Layout): Promise<Segments> {
  const { grid } = layout;
  const count = grid.across * grid.down * (layout.planar ? layout.samples : 1);
  const name = grid.tiled ? "tile" : "strip";
  const tiles = grid.tiled && page.has(Tag.TileOffsets);
  const offsets = await page.integers(tiles ? Tag.TileOffsets : Tag.StripOffsets, count);
  if (offsets.length < count) {
    throw corrupt(`it says where ${offsets.length} of its ${count} ${name}s are`);
  }
  const lengths = await page.integers(tiles ? Tag.TileByteCounts : Tag.StripByteCounts, count);
  if (lengths.length < count && layout.compression === 1) {
    // Old programs leave out what follows from the size.
    return { offsets, lengths: offsets.map((_, i) => segmentBytes(layout, i)) };
  }
  if (lengths.length < count) {
    throw corrupt(`it says how long ${lengths.length} of its ${count} ${name}s are`);
  }
  return { offsets, lengths };
}

/** Samples of a pixel that one strip or tile holds. */
export function samplesTogether(layout: Layout): number {
  return layout.planar ? 1 : layout.samples;
}

/** Bytes of a row of a strip or tile; rows begin at a byte. */
export function rowBytes(layout: Layout): number {
  return Math.ceil(layout.grid.width * samplesTogether(layout) * layout.bits / 8);
}

/** Rows that a strip or tile has to hold: a tile is always whole, the last strip may be lower. */
export function segmentRows({ grid, height }: Layout, index: number): number {
  if (grid.tiled) return grid.height;
  return Math.min(grid.height, height - (index % grid.down) * grid.height);
}

/** Unpacked bytes that a strip or tile has to hold. */
export function segmentBytes(layout: Layout, index: number): number {
  return rowBytes(layout) * segmentRows(layout, index);
}
