import { deflateSync, inflateSync } from "node:zlib";
import { Unzlib } from "fflate";
import { Problem } from "../../errors.ts";
import { corrupt, type PngHeader, SAMPLES_PER_PIXEL } from "./chunks.ts";

/** First pixel and distances of the seven passes of Adam7 (PNG specification, third edition, 8.1). */
const ADAM7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
] as const;
const ONE_PASS = [{ x: 0, y: 0, dx: 1, dy: 1 }] as const;

/** The smallest buffer that zlib accepts. */
const MIN_BUFFER_BYTES = 64;

/** Compressed bytes that are inflated at a time if there is a surplus. They inflate to at most 1 MiB. */
const SURPLUS_CHUNK_BYTES = 1024;

/** Up to this many bytes are passed to the codec uncompressed, so that it need not inflate them again. */
const MAX_STORED_BYTES = 1024 * 1024;
const STORED = { level: 0 } as const;

/** Returns the bytes of all rows of all passes. Each row has one more byte, for its filter. */
export function inflatedLength(header: PngHeader): number {
  const bitsPerPixel = header.bitDepth * SAMPLES_PER_PIXEL[header.colorType];
  return (header.interlaced ? ADAM7 : ONE_PASS).reduce((sum, { x, y, dx, dy }) => {
    const width = Math.ceil((header.width - x) / dx);
    const height = Math.ceil((header.height - y) / dy);
    return width > 0 ? sum + height * (1 + Math.ceil(width * bitsPerPixel / 8)) : sum;
  }, 0);
}

/**
 * Checks that a zlib stream inflates to the pixels that the header declares, and cuts off any surplus. A
 * surplus takes neither memory nor time.
 *
 * @returns A zlib stream of exactly {@linkcode inflatedLength} bytes.
 * @throws {Problem} `image_truncated` or `image_corrupt`.
 */
export function checkedPixelData(compressed: Uint8Array, header: PngHeader): Uint8Array {
  const expected = inflatedLength(header);
  let pixels: Uint8Array;
  try {
    pixels = inflateSync(compressed, {
      maxOutputLength: expected,
      // One buffer for all pixels, so that none are copied. zlib needs room for one byte more.
      chunkSize: Math.max(MIN_BUFFER_BYTES, expected + 1),
    });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return withoutSurplus(compressed, expected);
    if (code === "Z_BUF_ERROR") {
      throw new Problem(
        "image_truncated",
        "The compressed pixels of the PNG end too early; send the whole file.",
      );
    }
    throw corrupt("its pixels cannot be inflated");
  }
  if (pixels.length < expected) {
    throw new Problem(
      "image_truncated",
      `The PNG holds ${pixels.length} bytes of pixels; its header declares ${expected}; ` +
        "send the whole file.",
    );
  }
  if (expected <= MAX_STORED_BYTES) return deflateSync(pixels, STORED);
  // Frees the pixels before the codec allocates memory for its own.
  (pixels.buffer as ArrayBuffer).transfer(0);
  return compressed;
}

/** Returns a zlib stream of only the first `length` inflated bytes. */
function withoutSurplus(compressed: Uint8Array, length: number): Uint8Array {
  const pixels = new Uint8Array(length);
  let filled = 0;
  const inflator = new Unzlib((part) => {
    const wanted = part.subarray(0, length - filled);
    pixels.set(wanted, filled);
    filled += wanted.length;
  });
  try {
    for (let at = 0; filled < length && at < compressed.length; at += SURPLUS_CHUNK_BYTES) {
      inflator.push(compressed.subarray(at, at + SURPLUS_CHUNK_BYTES));
    }
  } catch {
    throw corrupt("its pixels cannot be inflated");
  }
  if (filled < length) throw corrupt("its pixels cannot be inflated");
  return deflateSync(pixels, STORED);
}
