import type { Layout } from "./layout.ts";
import type { TiffLibraries } from "./libraries.ts";
import { bomb, tooShort } from "./problems.ts";

/** A strip or tile, as it is in the file. */
export interface Segment {
  readonly packed: Uint8Array;
  /** Rows that are needed, and rows that there may be: the last strip may be as high as the others. */
  readonly rows: number;
  /** Unpacked bytes that are needed. */
  readonly needed: number;
  /** Unpacked bytes that there may be. */
  readonly most: number;
  readonly layout: Layout;
  readonly libraries: TiffLibraries;
}

/**
 * Bytes that an unpacker may write. A few more than there should be are left aside, as libtiff does:
 * some programs pad. Many more are refused, so that no file costs more memory than its size says.
 */
export function capacityFor(most: number): number {
  return most + Math.max(64, Math.min(most >> 3, 65_536));
}

/** Checks what an unpacker wrote against what was needed, and cuts it off. */
export function checkedLength(unpacked: Uint8Array, length: number, segment: Segment): Uint8Array {
  if (length < segment.needed) throw tooShort(length, segment.needed);
  if (length > unpacked.length) throw bomb(segment.most);
  return unpacked.subarray(0, Math.min(length, segment.most));
}
