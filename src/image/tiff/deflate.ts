import { corrupt } from "./problems.ts";
import { capacityFor, checkedLength, type Segment } from "./segment.ts";

/** Compressed bytes that are inflated at a time; they become 4 MB at most. */
const PIECE_BYTES = 4096;

/** The modulus of Adler-32, and bytes after which its sums are still below 2^32. */
const [ADLER_BASE, ADLER_BLOCK] = [65_521, 5552];

/**
 * Inflates a zlib stream (with fflate) into a buffer of the size that the tags declare. It stops where
 * the buffer is full, and ignores what follows the stream.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`.
 */
export async function inflateSegment(segment: Segment): Promise<Uint8Array> {
  const { Unzlib } = await segment.libraries.fflate();
  const { packed, needed } = segment;
  const unpacked = new Uint8Array(capacityFor(segment.most));
  let length = 0;
  const inflator = new Unzlib((piece) => {
    unpacked.set(piece.subarray(0, Math.max(0, unpacked.length - length)), length);
    length += piece.length;
  });
  try {
    for (let at = 0; at < packed.length && length <= unpacked.length; at += PIECE_BYTES) {
      inflator.push(packed.subarray(at, at + PIECE_BYTES));
    }
  } catch {
    if (length < needed) {
      throw corrupt("its pixels cannot be inflated, since their Deflate code is damaged");
    }
  }
  const pixels = checkedLength(unpacked, length, segment);
  if (!hasChecksum(packed, unpacked.subarray(0, length))) {
    throw corrupt("its pixels do not match the checksum of their Deflate code");
  }
  return pixels;
}

/** Bytes behind the stream in which its checksum is looked for: some programs pad their strips. */
const MAX_PADDING = 65_536;

/**
 * Returns whether a zlib stream ends with the Adler-32 checksum of what it unpacks to (RFC 1950). fflate
 * does not check it.
 */
function hasChecksum(packed: Uint8Array, unpacked: Uint8Array): boolean {
  const wanted = adler32(unpacked);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const first = Math.max(0, packed.length - 4 - MAX_PADDING);
  for (let at = packed.length - 4; at >= first; at--) {
    if (view.getUint32(at) === wanted) return true;
  }
  return false;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < bytes.length; from += ADLER_BLOCK) {
    for (const byte of bytes.subarray(from, from + ADLER_BLOCK)) {
      a += byte;
      b += a;
    }
    a %= ADLER_BASE;
    b %= ADLER_BASE;
  }
  return (b * 65_536 + a) >>> 0;
}
