import { corrupt } from "./problems.ts";
import { bufferSize, checkedBytes, type Segment } from "./segment.ts";

/** Compressed bytes that are inflated at a time. They inflate to at most 4 MB. */
const CHUNK_BYTES = 4096;

/** Maximum number of bytes behind the stream in which its checksum is searched: some programs pad strips. */
const MAX_PADDING = 65_536;

/** The modulus of Adler-32 (RFC 1950, section 8.2). */
const ADLER_MODULUS = 65_521;

/** Bytes that can be added before the sums of Adler-32 exceed 32 bits. */
const ADLER_BLOCK = 5552;

/**
 * Inflates a zlib stream (with fflate) into a buffer of the size that the tags declare. It stops where
 * the buffer is full, and ignores bytes behind the stream.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`.
 */
export async function inflateSegment(segment: Segment): Promise<Uint8Array> {
  const { Unzlib } = await segment.libraries.fflate();
  const { packed, minBytes, maxBytes } = segment;
  const buffer = new Uint8Array(bufferSize(maxBytes));
  let length = 0;
  const inflator = new Unzlib((chunk) => {
    buffer.set(chunk.subarray(0, Math.max(0, buffer.length - length)), length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length && length <= buffer.length; at += CHUNK_BYTES) {
      inflator.push(packed.subarray(at, at + CHUNK_BYTES));
    }
  } catch {
    if (length < minBytes) throw corrupt("the Deflate data of a strip or tile are damaged");
    // The checksum decides whether an error behind the pixels matters.
  }
  const bytes = checkedBytes(buffer, length, segment);
  if (!hasChecksum(packed, adler32(buffer.subarray(0, length)))) {
    throw corrupt("the pixels of a strip or tile do not match the checksum of its Deflate data");
  }
  return bytes;
}

/**
 * Returns whether the last bytes of a zlib stream, or the padding behind it, contain its checksum. fflate
 * does not check it, and does not tell the end of the stream.
 */
function hasChecksum(packed: Uint8Array, checksum: number): boolean {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const first = Math.max(0, packed.length - 4 - MAX_PADDING);
  for (let at = packed.length - 4; at >= first; at--) {
    if (view.getUint32(at) === checksum) return true;
  }
  return false;
}

/** Computes the Adler-32 checksum of the unpacked bytes. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < bytes.length; from += ADLER_BLOCK) {
    for (const byte of bytes.subarray(from, from + ADLER_BLOCK)) {
      a += byte;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return b * 65_536 + a;
}
