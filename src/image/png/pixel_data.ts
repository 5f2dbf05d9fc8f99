import { deflateSync, inflateSync } from "node:zlib";
import { Unzlib } from "fflate";
import { Problem } from "../../errors.ts";
import { corrupt, type PngHeader, SAMPLES_PER_PIXEL } from "./chunks.ts";

/** Where the seven passes of Adam7 begin and how far apart their pixels lie (PNG specification, 8.1). */
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

/** Bytes that are inflated at a time: zlib takes no fewer, and more make it no faster. */
const [SMALLEST_BUFFER, LARGEST_BUFFER] = [64, 256 * 1024];

/** Compressed bytes that are inflated at a time where there is a surplus: at most 1 MiB of pixels. */
const PIECE = 1024;

/** Pixels of so few bytes are handed on uncompressed: to inflate them again takes longer than all else. */
const MAX_STORED = 1024 * 1024;
const STORED = { level: 0 } as const;

/** Bytes of all rows, each behind the byte that names its filter, in all passes. */
export function inflatedLength(header: PngHeader): number {
  const bitsPerPixel = header.bitDepth * SAMPLES_PER_PIXEL[header.colorType];
  return (header.interlaced ? ADAM7 : ONE_PASS).reduce((sum, { x, y, dx, dy }) => {
    const width = Math.ceil((header.width - x) / dx);
    const height = Math.ceil((header.height - y) / dy);
    return width > 0 ? sum + height * (1 + Math.ceil(width * bitsPerPixel / 8)) : sum;
  }, 0);
}

/**
 * Checks that a zlib stream inflates to the pixels that the header declares, and cuts off what it
 * holds beyond them. No more than they is ever held in memory, and what follows them costs no time.
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
      chunkSize: Math.min(LARGEST_BUFFER, Math.max(SMALLEST_BUFFER, expected)),
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
      `The PNG holds ${pixels.length} bytes of pixels where its header promises ${expected}; ` +
        "send the whole file.",
    );
  }
  return expected <= MAX_STORED ? deflateSync(pixels, STORED) : compressed;
}

/** Inflates the first `length` bytes and not the rest. */
function withoutSurplus(compressed: Uint8Array, length: number): Uint8Array {
  const pixels = new Uint8Array(length);
  let filled = 0;
  const inflator = new Unzlib((part) => {
    const wanted = part.subarray(0, length - filled);
    pixels.set(wanted, filled);
    filled += wanted.length;
  });
  try {
    for (let at = 0; filled < length && at < compressed.length; at += PIECE) {
      inflator.push(compressed.subarray(at, at + PIECE));
    }
  } catch {
    throw corrupt("its pixels cannot be inflated");
  }
  if (filled < length) throw corrupt("its pixels cannot be inflated");
  return deflateSync(pixels, STORED);
}
