import type { RgbImage } from "../rgb_image.ts";
import { type Overlap, type Target, writeRgb } from "./colors.ts";
import { COMPRESSIONS } from "./compressions.ts";
import type { Layout } from "./layout.ts";
import type { TiffLibraries } from "./libraries.ts";
import { undoPredictor } from "./predictor.ts";
import { unsupported } from "./problems.ts";
import { readSamples } from "./samples.ts";
import { rowBytes, segmentBytes, segmentRows } from "./segments.ts";

/**
 * Decodes a whole tile to 8-bit RGB.
 *
 * @param parts The bytes of the tile in the file: one part, or one for each of the
 * {@linkcode neededPlanes} if samples are in separate planes.
 * @param index Number of the tile in the grid, row by row.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_bomb`, `image_unsupported`.
 */
export async function decodeTile(
  parts: readonly Uint8Array[],
  index: number,
  layout: Layout,
  libraries: TiffLibraries,
): Promise<RgbImage> {
  const { width, height } = layout.grid;
  const planes: Uint8Array[] = [];
  for (const part of parts) planes.push(await unpackSegment(part, index, layout, libraries));
  const [first] = planes;
  // Uncompressed bytes are a view of a longer read. A copy frees the rest.
  if (first !== undefined && isPlainRgb(layout)) {
    return { width, height, data: layout.compression === 1 ? first.slice() : first };
  }
  const data = new Uint8Array(width * height * 3);
  const all = { fromX: 0, fromY: 0, toX: 0, toY: 0, width, height };
  writeSegment(planes, layout, all, { width, data });
  return { width, height, data };
}

/** Reports whether unpacked bytes are 8-bit RGB already. */
function isPlainRgb(layout: Layout): boolean {
  const { colorSamples, samplesPerPixel, bitsPerSample, sampleFormat, planar, isYCbCr } = layout;
  return colorSamples === 3 && samplesPerPixel === 3 && bitsPerSample === 8 &&
    sampleFormat === "unsigned" && !planar && !isYCbCr;
}

/** Returns how many planes hold color and opacity. Further planes are not read. */
export function neededPlanes({ planar, colorSamples, alpha }: Layout): number {
  if (!planar) return 1;
  return alpha === undefined ? colorSamples : alpha.sample + 1;
}

/**
 * Unpacks one strip or tile, and undoes its predictor. Returns the bytes of its rows.
 *
 * @param index Number of the strip or tile in the grid; the last strip may have fewer rows than the others.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_bomb`, `image_unsupported`.
 */
export async function unpackSegment(
  stored: Uint8Array,
  index: number,
  layout: Layout,
  libraries: TiffLibraries,
): Promise<Uint8Array> {
  const packed = layout.reversedBits ? stored.map((byte) => REVERSED_BITS[byte] as number) : stored;
  const rows = segmentRows(layout, index);
  const minBytes = segmentBytes(layout, index);
  const maxBytes = rowBytes(layout) * layout.grid.height;
  const decode = COMPRESSIONS[layout.compression]?.decode;
  if (decode === undefined) throw unsupported(`has compression ${layout.compression}`);
  const unpacked = await decode({ packed, rows, minBytes, maxBytes, layout, libraries });
  const bytes = unpacked.subarray(0, minBytes);
  if (layout.predictor === 1) return bytes;
  // Uncompressed bytes belong to the source, which must not be changed.
  const own = layout.compression === 1 ? bytes.slice() : bytes;
  undoPredictor(own, layout);
  return own;
}

/** Pixels that are converted at a time. */
const BAND_PIXELS = 1 << 18;

/** Converts a strip or tile in bands of rows, so that its samples do not all take memory at once. */
export function writeSegment(
  planes: readonly Uint8Array[],
  layout: Layout,
  overlap: Overlap,
  target: Target,
): void {
  const bytesPerRow = rowBytes(layout);
  const bandRows = Math.max(1, Math.floor(BAND_PIXELS / layout.grid.width));
  for (let y = 0; y < overlap.height; y += bandRows) {
    const height = Math.min(bandRows, overlap.height - y);
    const from = (overlap.fromY + y) * bytesPerRow;
    const samples = planes.map((bytes, plane) =>
      readSamples(bytes.subarray(from, from + height * bytesPerRow), height, layout, plane)
    );
    writeRgb(samples, layout, { ...overlap, fromY: 0, toY: overlap.toY + y, height }, target);
  }
}

/** Each byte with its bits in reverse order. */
const REVERSED_BITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
});
