import type { Layout } from "./layout.ts";
import { rowBytes, samplesTogether } from "./segments.ts";

/** Samples of a strip or tile as numbers: whole ones of the layout's bits, or scaled to 8 bits. */
export type Samples = Uint8Array | Uint16Array;

/** Bits of the numbers that {@linkcode readSamples} gives. */
export function sampleBits({ format, bits }: Layout): number {
  return format === "unsigned" && bits <= 16 ? bits : 8;
}

/**
 * Reads the samples of an unpacked strip or tile.
 *
 * @param bytes Whole rows, as the file has them.
 * @param sample Which sample they are, where each is in a plane of its own.
 */
export function readSamples(
  bytes: Uint8Array,
  rows: number,
  layout: Layout,
  sample: number,
): Samples {
  const { bits, format } = layout;
  if (format !== "unsigned" || bits > 16) return scaled(bytes, rows, layout, sample);
  if (bits === 8) return bytes;
  if (bits === 16) return words(bytes, layout.littleEndian);
  return unpacked(bytes, rows, layout);
}

function words(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getUint16(2 * i, littleEndian);
  return numbers;
}

/** Samples that are no whole bytes: the highest bit comes first in either byte order. */
function unpacked(bytes: Uint8Array, rows: number, layout: Layout): Samples {
  const { bits, grid } = layout;
  const inRow = grid.width * samplesTogether(layout);
  const numbers = bits < 8 ? new Uint8Array(inRow * rows) : new Uint16Array(inRow * rows);
  const row = rowBytes(layout);
  for (let y = 0, to = 0; y < rows; y++) {
    let at = y * row;
    let buffer = 0;
    let buffered = 0;
    for (let x = 0; x < inRow; x++) {
      while (buffered < bits) {
        buffer = ((buffer << 8) | (bytes[at++] as number)) & 0xffffff;
        buffered += 8;
      }
      buffered -= bits;
      numbers[to++] = (buffer >> buffered) & ((1 << bits) - 1);
    }
  }
  return numbers;
}

/** Brings numbers between black and white to 0 to 255. */
function scaled(bytes: Uint8Array, rows: number, layout: Layout, sample: number): Uint8Array {
  const { bits, grid, littleEndian, planar, ranges } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bits / 8;
  const together = samplesTogether(layout);
  const read = readerOf(view, layout);
  const levels = new Uint8Array(rows * grid.width * together);
  for (let offset = 0; offset < together; offset++) {
    const [black, white] = ranges[planar ? sample : offset] ?? [0, 1];
    const factor = 255 / (white - black);
    for (let i = offset; i < levels.length; i += together) {
      const level = (read(i * size, littleEndian) - black) * factor;
      levels[i] = level > 0 ? Math.round(Math.min(255, level)) : 0;
    }
  }
  return levels;
}

function readerOf(view: DataView, { format, bits }: Layout) {
  type Reader = (at: number, littleEndian: boolean) => number;
  const readers: Record<string, Reader> = {
    signed8: (at) => view.getInt8(at),
    signed16: (at, little) => view.getInt16(at, little),
    signed32: (at, little) => view.getInt32(at, little),
    unsigned32: (at, little) => view.getUint32(at, little),
    float16: (at, little) => view.getFloat16(at, little),
    float32: (at, little) => view.getFloat32(at, little),
    float64: (at, little) => view.getFloat64(at, little),
  };
  return readers[`${format}${bits}`] ?? (() => NaN);
}
