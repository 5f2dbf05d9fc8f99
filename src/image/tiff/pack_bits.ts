import { capacityFor, checkedLength, type Segment } from "./segment.ts";

/**
 * Unpacks the run-length code of baseline TIFF (TIFF 6.0, section 9) and of the Macintosh.
 *
 * @throws {Problem} `image_truncated` where it ends early, `image_bomb` where it holds far more.
 *
 * @example Apple's Technical Note TN1023
 * ```ts
 * import { unpackRuns } from "./pack_bits.ts";
 * import { equal } from "node:assert/strict";
 *
 * const unpacked = new Uint8Array(24);
 * equal(unpackRuns(Uint8Array.fromHex("feaa0280002afdaa0380002a22f7aa"), unpacked), 24);
 * equal(unpacked.toHex(), "aaaaaa80002aaaaaaaaa80002a22" + "aa".repeat(10));
 * ```
 */
export function unpackBits(segment: Segment): Uint8Array {
  const unpacked = new Uint8Array(capacityFor(segment.most));
  return checkedLength(unpacked, unpackRuns(segment.packed, unpacked), segment);
}

/** Unpacks into `unpacked`; returns how many bytes there are, or a greater number than fit. */
export function unpackRuns(packed: Uint8Array, unpacked: Uint8Array): number {
  let to = 0;
  for (let from = 0; from < packed.length;) {
    const code = packed[from++] as number;
    if (code === 128) continue;
    const count = code < 128 ? code + 1 : 257 - code;
    if (to + count > unpacked.length) return to + count;
    const needed = code < 128 ? count : 1;
    if (from + needed > packed.length) break;
    if (code < 128) unpacked.set(packed.subarray(from, from + count), to);
    else unpacked.fill(packed[from] as number, to, to + count);
    from += needed;
    to += count;
  }
  return to;
}
