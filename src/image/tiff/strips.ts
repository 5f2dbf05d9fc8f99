import { inflateSync } from "node:zlib";
import { messageOf, Problem } from "../../errors.ts";

/** Compressions that are read, by their number in the tag Compression (TIFF 6.0 and supplements). */
export const TIFF_COMPRESSIONS: Record<number, string> = {
  1: "none",
  5: "LZW",
  8: "Deflate",
  32773: "PackBits",
  32946: "Deflate",
};

/** PackBits, which the codec does not read. */
export const PACK_BITS = 32773;

/**
 * Refuses a strip or tile that unpacks to more than it may hold, before the codec unpacks it without
 * a bound.
 *
 * @param most Bytes that the strip holds by the header.
 * @throws {Problem} `image_bomb`, `image_corrupt`.
 */
export function checkStrip(strip: Uint8Array, compression: number, most: number): void {
  if (compression === 5 && lzwLength(strip, most) > most) throw bomb(most);
  if (compression !== 8 && compression !== 32946) return;
  try {
    inflateSync(strip, { maxOutputLength: most });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw bomb(most);
    throw new Problem(
      "image_corrupt",
      `The TIFF is damaged: its pixels cannot be inflated (${messageOf(thrown)}).`,
    );
  }
}

const CLEAR = 256;
const END = 257;

/** Bytes that an LZW strip unpacks to, counted without unpacking; stops beyond `most`. */
function lzwLength(strip: Uint8Array, most: number): number {
  const lengths = new Uint32Array(4096).fill(1, 0, 256);
  let next = 258;
  let width = 9;
  let previous = 0;
  let total = 0;
  for (let bit = 0; bit + width <= strip.length * 8 && total <= most;) {
    const code = bitsAt(strip, bit, width);
    bit += width;
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, previous] = [258, 9, 0];
      continue;
    }
    const length = code < next ? lengths[code] ?? 0 : previous + 1;
    if (previous > 0 && next < 4096) lengths[next++] = previous + 1;
    total += length;
    previous = length;
    if (next >= 2 ** width - 1 && width < 12) width++;
  }
  return total;
}

function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (word >> (24 - (bit & 7) - count)) & ((1 << count) - 1);
}

function bomb(most: number): Problem {
  return new Problem(
    "image_bomb",
    `A strip of the TIFF unpacks to more than the ${most} bytes that its header declares.`,
  );
}
