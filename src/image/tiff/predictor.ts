import type { Layout } from "./layout.ts";
import { rowBytes, samplesTogether } from "./segments.ts";

/**
 * Undoes the predictor (TIFF 6.0, section 14, and Adobe's TIFF Technical Note 3): each sample is stored
 * as its difference to the pixel on its left. Numbers are added as the file writes them, so that the
 * bytes keep their order.
 *
 * @param bytes Unpacked rows of a strip or tile; they are changed.
 */
export function undoPredictor(bytes: Uint8Array, layout: Layout): void {
  const { predictor, bits, littleEndian } = layout;
  if (predictor === 1) return;
  const row = rowBytes(layout);
  const step = samplesTogether(layout);
  for (let start = 0; start + row <= bytes.length; start += row) {
    const line = bytes.subarray(start, start + row);
    if (predictor === 3) undoFloat(line, step, bits / 8, littleEndian);
    else if (bits === 8) undoBytes(line, step);
    else undoWords(line, step, bits, littleEndian);
  }
}

function undoBytes(line: Uint8Array, step: number): void {
  for (let i = step; i < line.length; i++) {
    line[i] = (line[i] as number) + (line[i - step] as number);
  }
}

function undoWords(line: Uint8Array, step: number, bits: number, littleEndian: boolean): void {
  const view = new DataView(line.buffer, line.byteOffset, line.byteLength);
  const size = bits / 8;
  for (let at = step * size; at + size <= line.length; at += size) {
    const left = at - step * size;
    if (size === 2) {
      const sum = view.getUint16(at, littleEndian) + view.getUint16(left, littleEndian);
      view.setUint16(at, sum, littleEndian);
    } else {
      const sum = view.getUint32(at, littleEndian) + view.getUint32(left, littleEndian);
      view.setUint32(at, sum, littleEndian);
    }
  }
}

/** Differences of bytes; the highest bytes of all samples come first, then the next. */
function undoFloat(line: Uint8Array, step: number, size: number, littleEndian: boolean): void {
  undoBytes(line, step);
  const planes = line.slice();
  const count = line.length / size;
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < size; b++) {
      const place = littleEndian ? size - 1 - b : b;
      line[i * size + place] = planes[b * count + i] as number;
    }
  }
}
