import type { Layout } from "./layout.ts";
import { interleavedSamples, rowBytes } from "./segments.ts";

/**
 * Undoes the predictor in place (TIFF 6.0, section 14; Adobe Photoshop TIFF Technical Note 3): each
 * sample is stored as its difference to the pixel on its left. Samples keep the byte order of the file.
 *
 * @param bytes Unpacked rows of a strip or tile, which are changed.
 */
export function undoPredictor(bytes: Uint8Array, layout: Layout): void {
  const { predictor, bitsPerSample, littleEndian } = layout;
  if (predictor === 1) return;
  const bytesPerRow = rowBytes(layout);
  const step = interleavedSamples(layout);
  for (let start = 0; start + bytesPerRow <= bytes.length; start += bytesPerRow) {
    const row = bytes.subarray(start, start + bytesPerRow);
    if (predictor === 3) undoFloatingPoint(row, step, bitsPerSample / 8, littleEndian);
    else if (bitsPerSample === 8) addBytes(row, step);
    else addWords(row, step, bitsPerSample / 8, littleEndian);
  }
}

/** Adds to each byte the one `step` bytes before it. */
function addBytes(row: Uint8Array, step: number): void {
  for (let i = step; i < row.length; i++) {
    row[i] = (row[i] as number) + (row[i - step] as number);
  }
}

/** Adds to each sample of 2 or 4 bytes the one `step` samples before it. */
function addWords(
  row: Uint8Array,
  step: number,
  sampleBytes: number,
  littleEndian: boolean,
): void {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  for (let at = step * sampleBytes; at + sampleBytes <= row.length; at += sampleBytes) {
    const left = at - step * sampleBytes;
    if (sampleBytes === 2) {
      const sum = view.getUint16(at, littleEndian) + view.getUint16(left, littleEndian);
      view.setUint16(at, sum, littleEndian);
    } else {
      const sum = view.getUint32(at, littleEndian) + view.getUint32(left, littleEndian);
      view.setUint32(at, sum, littleEndian);
    }
  }
}

/**
 * Undoes the floating-point predictor: the highest bytes of all samples of a row come first, then the
 * next ones, and each byte is a difference.
 */
function undoFloatingPoint(
  row: Uint8Array,
  step: number,
  sampleBytes: number,
  littleEndian: boolean,
): void {
  addBytes(row, step);
  const bytePlanes = row.slice();
  const count = row.length / sampleBytes;
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < sampleBytes; byte++) {
      const position = littleEndian ? sampleBytes - 1 - byte : byte;
      row[i * sampleBytes + position] = bytePlanes[byte * count + i] as number;
    }
  }
}
