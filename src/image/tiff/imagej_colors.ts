import type { Directory } from "./directory.ts";
import { Tag } from "./tags.ts";

/** Bytes of a lookup table of ImageJ: 256 values each of red, green and blue. */
const LUT_BYTES = 768;

/** The type of lookup tables: "luts" as a uint32. */
const LUTS = 0x6c757473;

/** Maximum number of bytes of ImageJ's data that are read. */
const MAX_METADATA_BYTES = 1 << 24;

/**
 * Returns whether ImageJ shows the channels of a composite in colors other than red, green and blue, as
 * for fluorescent stains. ImageJ stores the lookup tables in a private tag (`ij.io.TiffEncoder`): "IJIJ",
 * then a type and a count for each kind of data, then the data. A second tag holds the lengths.
 */
export async function hasOtherColors(page: Directory): Promise<boolean> {
  const counts = await page.integers(Tag.ImageJMetadataCounts, 1000);
  const [headerBytes = 0] = counts;
  if (headerBytes < 12) return false;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bytes = await page.bytes(Tag.ImageJMetadata, Math.min(total, MAX_METADATA_BYTES));
  if (bytes === undefined || bytes.length < headerBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = new TextDecoder().decode(bytes.subarray(0, 4)) === "JIJI";
  let start = headerBytes;
  let part = 1;
  const luts: Uint8Array[] = [];
  for (let at = 4; at + 8 <= headerBytes; at += 8) {
    const kind = view.getUint32(at, littleEndian);
    const parts = Math.min(view.getUint32(at + 4, littleEndian), counts.length);
    for (let i = 0; i < parts; i++) {
      const length = counts[part++] ?? 0;
      if (kind === LUTS && length === LUT_BYTES) luts.push(bytes.subarray(start, start + length));
      start += length;
    }
  }
  return luts.some((lut, channel) => lut.length === LUT_BYTES && !isPrimary(lut, channel));
}

/** Returns whether the last color of a table is pure red, green or blue, for channel 0, 1 or 2. */
function isPrimary(lut: Uint8Array, channel: number): boolean {
  return [0, 1, 2].every((color) => ((lut[color * 256 + 255] ?? 0) > 0) === (color === channel));
}
