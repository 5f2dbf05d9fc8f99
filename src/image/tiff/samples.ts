import type { Layout } from "./layout.ts";
import { interleavedSamples, rowBytes } from "./segments.ts";

/** The samples of a strip or tile: unsigned with the bits of the layout, or scaled to 8 bits. */
export type Samples = Uint8Array | Uint16Array;

/** Returns the bits of the samples that {@linkcode readSamples} returns. */
export function sampleBits({ sampleFormat, bitsPerSample }: Layout): number {
  return isScaled(sampleFormat, bitsPerSample) ? 8 : bitsPerSample;
}

/** Whether samples are scaled to 8 bits by their values of black and white. */
function isScaled(sampleFormat: Layout["sampleFormat"], bitsPerSample: number): boolean {
  return sampleFormat !== "unsigned" || bitsPerSample > 16;
}

/**
 * Reads the samples of an unpacked strip or tile.
 *
 * @param bytes Whole rows, as they are stored.
 * @param plane Index of the sample that the bytes hold, where planes are separate.
 */
export function readSamples(
  bytes: Uint8Array,
  rows: number,
  layout: Layout,
  plane: number,
): Samples {
  const { bitsPerSample, sampleFormat, littleEndian } = layout;
  if (isScaled(sampleFormat, bitsPerSample)) return scaleSamples(bytes, rows, layout, plane);
  if (bitsPerSample === 8) return bytes;
  if (bitsPerSample === 16) return readUint16s(bytes, littleEndian);
  return unpackBits(bytes, rows, layout);
}

function readUint16s(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getUint16(2 * i, littleEndian);
  return samples;
}

/** Reads samples that are not whole bytes. The highest bit comes first in either byte order. */
function unpackBits(bytes: Uint8Array, rows: number, layout: Layout): Samples {
  const { bitsPerSample, grid } = layout;
  const samplesPerRow = grid.width * interleavedSamples(layout);
  const length = samplesPerRow * rows;
  const samples = bitsPerSample < 8 ? new Uint8Array(length) : new Uint16Array(length);
  const bytesPerRow = rowBytes(layout);
  for (let y = 0, to = 0; y < rows; y++) {
    let at = y * bytesPerRow;
    let bits = 0;
    let bitCount = 0;
    for (let x = 0; x < samplesPerRow; x++) {
      while (bitCount < bitsPerSample) {
        bits = ((bits << 8) | (bytes[at++] as number)) & 0xffffff;
        bitCount += 8;
      }
      bitCount -= bitsPerSample;
      samples[to++] = (bits >> bitCount) & ((1 << bitsPerSample) - 1);
    }
  }
  return samples;
}

/** Scales samples so that black becomes 0 and white 255. Values beyond are clamped. */
function scaleSamples(bytes: Uint8Array, rows: number, layout: Layout, plane: number): Uint8Array {
  const { bitsPerSample, grid, littleEndian, planar, ranges } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sampleBytes = bitsPerSample / 8;
  const step = interleavedSamples(layout);
  const read = numberReader(view, layout);
  const levels = new Uint8Array(rows * grid.width * step);
  for (let offset = 0; offset < step; offset++) {
    const [black, white] = ranges[planar ? plane : offset] ?? [0, 1];
    const factor = 255 / (white - black);
    for (let i = offset; i < levels.length; i += step) {
      const level = (read(i * sampleBytes, littleEndian) - black) * factor;
      levels[i] = level > 0 ? Math.round(Math.min(255, level)) : 0;
    }
  }
  return levels;
}

/** Returns the function that reads a sample at an offset. */
function numberReader(view: DataView, { sampleFormat, bitsPerSample }: Layout) {
  type Reader = (at: number, littleEndian: boolean) => number;
  const readers: Record<string, Reader> = {
    signed8: (at) => view.getInt8(at),
    signed16: (at, littleEndian) => view.getInt16(at, littleEndian),
    signed32: (at, littleEndian) => view.getInt32(at, littleEndian),
    unsigned32: (at, littleEndian) => view.getUint32(at, littleEndian),
    float16: (at, littleEndian) => view.getFloat16(at, littleEndian),
    float32: (at, littleEndian) => view.getFloat32(at, littleEndian),
    float64: (at, littleEndian) => view.getFloat64(at, littleEndian),
  };
  return readers[`${sampleFormat}${bitsPerSample}`] ?? (() => NaN);
}
