import type { Layout } from "./layout.ts";
import type { TiffLibraries } from "./libraries.ts";
import { bomb, tooShort } from "./problems.ts";

/** A strip or tile as it is stored in the file. */
export interface Segment {
  readonly packed: Uint8Array;
  /** Rows that the segment must hold. */
  readonly rows: number;
  /** Bytes that the segment must unpack to. */
  readonly minBytes: number;
  /** Bytes that the segment may unpack to: the last strip may be as high as the others. */
  readonly maxBytes: number;
  readonly layout: Layout;
  readonly libraries: TiffLibraries;
}

/**
 * Returns the size of the buffer that a segment is unpacked into, in bytes. It has room for a few bytes more
 * than declared, because some programs pad their strips. They are ignored, as in libtiff. A longer segment
 * is refused, so that no file takes more memory than its size in pixels justifies.
 */
export function bufferSize(maxBytes: number): number {
  return maxBytes + Math.max(64, Math.min(maxBytes >> 3, 65_536));
}

/**
 * Checks how many bytes were unpacked, and returns them without the padding.
 *
 * @param length Number of unpacked bytes; greater than the length of the buffer if they did not fit.
 * @throws {Problem} `image_truncated` or `image_bomb`.
 */
export function checkedBytes(buffer: Uint8Array, length: number, segment: Segment): Uint8Array {
  if (length < segment.minBytes) throw tooShort(length, segment.minBytes);
  if (length > buffer.length) throw bomb(segment.maxBytes);
  return buffer.subarray(0, Math.min(length, segment.maxBytes));
}
