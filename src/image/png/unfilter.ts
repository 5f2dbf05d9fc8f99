import { decode, type PngDataArray } from "fast-png";
import { messageOf } from "../../errors.ts";
import { corrupt, type PngHeader } from "./chunks.ts";

/** The samples of a PNG, before they mean a colour. */
export type Samples = PngDataArray;

/**
 * Undoes the row filters: bytes as they lie in the file, or uint16 at 16 bits a sample.
 * The codec is handed a PNG of its own, whose scanlines are stored without compression: they have
 * been inflated, natively and with a bound, and need not be inflated twice.
 *
 * @param scanlines Inflated rows, each behind the byte that names its filter.
 * @throws {Problem} `image_corrupt` for a filter that does not exist.
 */
export function unfilter(scanlines: Uint8Array, header: PngHeader): Samples {
  try {
    return decode(storedPng(scanlines, header)).data;
  } catch (thrown) {
    throw corrupt(`its pixels cannot be read (${messageOf(thrown)})`);
  }
}

const STORED_BLOCK = 0xffff;

/** A PNG, not interlaced, around scanlines in stored deflate blocks (RFC 1951, 3.2.4). */
function storedPng(scanlines: Uint8Array, { width, height, bitDepth, colorType }: PngHeader) {
  const blocks = Math.ceil(scanlines.length / STORED_BLOCK);
  const idat = 2 + blocks * 5 + scanlines.length + 4;
  const png = new Uint8Array(33 + 12 + idat + 12);
  const view = new DataView(png.buffer);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  writeChunkHead(view, 8, 13, "IHDR");
  view.setUint32(16, width);
  view.setUint32(20, height);
  png.set([bitDepth, colorType === 3 ? 0 : colorType], 24);
  writeChunkHead(view, 33, idat, "IDAT");
  png.set([0x78, 0x01], 41);
  let at = 43;
  for (let from = 0; from < scanlines.length; from += STORED_BLOCK) {
    const block = scanlines.subarray(from, from + STORED_BLOCK);
    png[at] = from + STORED_BLOCK >= scanlines.length ? 1 : 0;
    view.setUint16(at + 1, block.length, true);
    view.setUint16(at + 3, ~block.length & 0xffff, true);
    png.set(block, at + 5);
    at += 5 + block.length;
  }
  writeChunkHead(view, 33 + 12 + idat, 0, "IEND");
  return png;
}

function writeChunkHead(view: DataView, at: number, length: number, type: string): void {
  view.setUint32(at, length);
  for (let i = 0; i < 4; i++) view.setUint8(at + 4 + i, type.charCodeAt(i));
}
