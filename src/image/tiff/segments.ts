import type { Directory } from "./directory.ts";
import type { Layout } from "./layout.ts";
import { corrupt } from "./problems.ts";
import { Tag } from "./tags.ts";

/** Offsets and lengths of all strips or tiles in the file, one plane after the other. */
export interface Segments {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Reads the offsets and lengths of the strips or tiles.
 *
 * @throws {Problem} `image_corrupt` if offsets or lengths are missing, `image_truncated`.
 */
export async function readSegments(page: Directory, layout: Layout): Promise<Segments> {
  const { grid, planar, samplesPerPixel } = layout;
  const count = grid.columns * grid.rows * (planar ? samplesPerPixel : 1);
  const name = grid.tiled ? "tile" : "strip";
  // Some programs use the tags of strips for tiles.
  const hasTileTags = grid.tiled && page.has(Tag.TileOffsets);
  const [offsetTag, lengthTag] = hasTileTags
    ? [Tag.TileOffsets, Tag.TileByteCounts]
    : [Tag.StripOffsets, Tag.StripByteCounts];
  const offsets = await page.integers(offsetTag, count);
  if (offsets.length < count) {
    throw corrupt(`it gives the offsets of ${offsets.length} of its ${count} ${name}s`);
  }
  const lengths = await page.integers(lengthTag, count);
  if (lengths.length < count && layout.compression === 1) {
    // Old programs omit the lengths of uncompressed strips, which follow from the size.
    return { offsets, lengths: offsets.map((_, i) => segmentBytes(layout, i)) };
  }
  if (lengths.length < count) {
    throw corrupt(`it gives the lengths of ${lengths.length} of its ${count} ${name}s`);
  }
  return { offsets, lengths };
}

/** Returns how many samples of a pixel a strip or tile holds: all, or one where planes are separate. */
export function interleavedSamples({ planar, samplesPerPixel }: Layout): number {
  return planar ? 1 : samplesPerPixel;
}

/** Returns the bytes in a row of a strip or tile. Rows begin at a whole byte. */
export function rowBytes(layout: Layout): number {
  return Math.ceil(layout.grid.width * interleavedSamples(layout) * layout.bitsPerSample / 8);
}

/**
 * Returns the rows that a strip or tile must hold: a tile is always whole, the last strip may have fewer
 * rows.
 */
export function segmentRows({ grid, height }: Layout, index: number): number {
  if (grid.tiled) return grid.height;
  return Math.min(grid.height, height - (index % grid.rows) * grid.height);
}

/** Returns the bytes that a strip or tile must unpack to. */
export function segmentBytes(layout: Layout, index: number): number {
  return rowBytes(layout) * segmentRows(layout, index);
}
