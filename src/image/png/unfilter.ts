import { corrupt, type PngHeader, SAMPLES_PER_PIXEL } from "./chunks.ts";

/** The samples of a PNG, before they mean a colour. */
export type Samples = Uint8Array | Uint16Array;

/**
 * Undoes the row filters (PNG specification, third edition, 9.2).
 *
 * @param scanlines Inflated rows, each behind the byte that names its filter.
 * @returns Bytes as they lie in the file, or uint16 at 16 bits a sample.
 * @throws {Problem} `image_corrupt` for a filter that does not exist.
 */
export function unfilter(
  scanlines: Uint8Array,
  { width, height, bitDepth, colorType }: PngHeader,
): Samples {
  const bits = bitDepth * SAMPLES_PER_PIXEL[colorType];
  const length = Math.ceil(width * bits / 8);
  const step = Math.max(1, bits / 8);
  const rows = new Uint8Array(height * length);
  let above = new Uint8Array(length);
  for (let y = 0; y < height; y++) {
    const from = y * (length + 1) + 1;
    const row = rows.subarray(y * length, (y + 1) * length);
    unfilterRow(scanlines[from - 1], scanlines.subarray(from, from + length), above, row, step);
    above = row;
  }
  return bitDepth === 16 ? wordsOf(rows) : rows;
}

/** Undoes the filter of one row; `step` is the distance of a byte to that of the pixel on its left. */
function unfilterRow(
  filter: number | undefined,
  filtered: Uint8Array,
  above: Uint8Array,
  row: Uint8Array,
  step: number,
): void {
  const { length } = row;
  switch (filter) {
    case 0:
      row.set(filtered);
      break;
    case 1:
      for (let i = 0; i < length; i++) {
        row[i] = (filtered[i] as number) + (i < step ? 0 : row[i - step] as number);
      }
      break;
    case 2:
      for (let i = 0; i < length; i++) {
        row[i] = (filtered[i] as number) + (above[i] as number);
      }
      break;
    case 3:
      for (let i = 0; i < length; i++) {
        const left = i < step ? 0 : row[i - step] as number;
        row[i] = (filtered[i] as number) + ((left + (above[i] as number)) >> 1);
      }
      break;
    case 4:
      for (let i = 0; i < step && i < length; i++) {
        row[i] = (filtered[i] as number) + (above[i] as number);
      }
      for (let i = step; i < length; i++) {
        const left = row[i - step] as number;
        const up = above[i] as number;
        const corner = above[i - step] as number;
        row[i] = (filtered[i] as number) + paeth(left, up, corner);
      }
      break;
    default:
      throw corrupt(`a row has filter ${filter}, which does not exist`);
  }
}

/**
 * The neighbour that is nearest to `left + up - corner`; of equals the left, then the upper one. Which
 * it is cannot be foretold, so there is no branch: a difference shifted by 31 is a mask of its sign.
 */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  const isUpNearer = (toUp - toLeft) >> 31;
  const nearer = left + ((up - left) & isUpNearer);
  const nearest = toLeft + ((toUp - toLeft) & isUpNearer);
  const isCornerNearer = (toCorner - nearest) >> 31;
  return nearer + ((corner - nearer) & isCornerNearer);
}

/** Big-endian uint16. */
function wordsOf(bytes: Uint8Array): Uint16Array {
  const words = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < words.length; i++) {
    words[i] = (bytes[2 * i] as number) << 8 | (bytes[2 * i + 1] as number);
  }
  return words;
}
