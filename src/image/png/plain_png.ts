import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { layOnWhite } from "../lay_on_white.ts";
import type { PngChunks } from "./chunks.ts";

/** Bytes of the signature and of IHDR. */
const HEADER_BYTES = 33;

/**
 * Writes a PNG of only the chunks that affect pixels, so that the codec reads nothing unchecked.
 *
 * The colors of a palette are laid on white, so that they are opaque. Indices that the palette does not have
 * get a transparent color, by which the caller recognizes them.
 *
 * @param bytes The file that the chunks are from.
 * @param pixelData A zlib stream of exactly the pixels.
 */
export function plainPng(bytes: Uint8Array, chunks: PngChunks, pixelData: Uint8Array): Uint8Array {
  const { header, palette, transparency } = chunks;
  const parts: Uint8Array[] = [bytes.subarray(0, HEADER_BYTES)];
  if (header.colorType === 3) {
    const colors = new Uint8Array(3 * 2 ** header.bitDepth);
    palette.forEach((value, i) => {
      colors[i] = layOnWhite(value, transparency[Math.floor(i / 3)] ?? 255, 255);
    });
    const alphas = new Uint8Array(2 ** header.bitDepth).fill(255, 0, palette.length / 3);
    parts.push(chunk("PLTE", colors), chunk("tRNS", alphas));
  } else if (transparency.length > 0) {
    parts.push(chunk("tRNS", lowBits(transparency, header.bitDepth)));
  }
  parts.push(chunk("IDAT", pixelData), chunk("IEND", new Uint8Array(0)));
  return Buffer.concat(parts);
}

/** Clears the unused high bits of each uint16 (PNG specification, 11.3.1.1). */
function lowBits(words: Uint8Array, bitDepth: number): Uint8Array {
  const mask = 2 ** bitDepth - 1;
  return words.map((byte, i) => byte & (i % 2 === 0 ? mask >> 8 : mask));
}

/** Makes a chunk of a PNG: length, type, data and CRC. */
export function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
