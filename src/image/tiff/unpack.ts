import type { RgbImage } from "../rgb_image.ts";
import { type Cut, paint, type Target } from "./colors.ts";
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
 * @param parts The tile as it is in the file; where samples have planes of their own, a part for each of
 * the {@linkcode planesNeeded}.
 * @param index Its number in the grid, row by row.
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
  // What is not compressed is a part of what was read, which should not be kept.
  if (first !== undefined && isPlainRgb(layout)) {
    return { width, height, data: layout.compression === 1 ? first.slice() : first };
  }
  const data = new Uint8Array(width * height * 3);
  const all = { fromX: 0, fromY: 0, toX: 0, toY: 0, width, height };
  paintSegment(planes, layout, all, { width, data });
  return { width, height, data };
}

/** Whether unpacked bytes are 8-bit RGB already. */
function isPlainRgb({ colors, samples, bits, format, planar, yCbCr }: Layout): boolean {
  return colors === 3 && samples === 3 && bits === 8 && format === "unsigned" && !planar && !yCbCr;
}

/** How many planes of a picture its color and opacity are in; further ones are not read. */
export function planesNeeded({ planar, colors, alpha }: Layout): number {
  if (!planar) return 1;
  return alpha === undefined ? colors : alpha.sample + 1;
}

/**
 * Unpacks one strip or tile to the bytes of its rows.
 *
 * @param index Its number in the grid; the last strip may be lower than the others.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_bomb`, `image_unsupported`.
 */
export async function unpackSegment(
  stored: Uint8Array,
  index: number,
  layout: Layout,
  libraries: TiffLibraries,
): Promise<Uint8Array> {
  const packed = layout.reversedBits ? stored.map((byte) => REVERSED[byte] as number) : stored;
  const rows = segmentRows(layout, index);
  const needed = segmentBytes(layout, index);
  const most = rowBytes(layout) * layout.grid.height;
  const decode = COMPRESSIONS[layout.compression]?.decode;
  if (decode === undefined) throw unsupported(`has compression ${layout.compression}`);
  const bytes = await decode({ packed, rows, needed, most, layout, libraries });
  const whole = bytes.subarray(0, needed);
  if (layout.predictor === 1) return whole;
  // What is not compressed is the file's own memory.
  const own = layout.compression === 1 ? whole.slice() : whole;
  undoPredictor(own, layout);
  return own;
}

/** Paints some rows after the other: the numbers of a large strip take more memory than its bytes. */
export function paintSegment(
  planes: readonly Uint8Array[],
  layout: Layout,
  cut: Cut,
  target: Target,
): void {
  const row = rowBytes(layout);
  const atOnce = Math.max(1, Math.floor(BAND_PIXELS / layout.grid.width));
  for (let y = 0; y < cut.height; y += atOnce) {
    const height = Math.min(atOnce, cut.height - y);
    const from = (cut.fromY + y) * row;
    const samples = planes.map((bytes, plane) =>
      readSamples(bytes.subarray(from, from + height * row), height, layout, plane)
    );
    paint(samples, layout, { ...cut, fromY: 0, toY: cut.toY + y, height }, target);
  }
}

const BAND_PIXELS = 1 << 18;

/** Each byte with its bits in the reverse order. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
});
