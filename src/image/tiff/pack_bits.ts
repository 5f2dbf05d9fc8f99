import { bufferSize, checkedBytes, type Segment } from "./segment.ts";

/**
 * Unpacks PackBits, a run-length code (TIFF 6.0, section 9).
 *
 * @throws {Problem} `image_truncated` if it ends early, `image_bomb` if it holds far more than
 * declared.
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
export function unpackPackBits(segment: Segment): Uint8Array {
  const buffer = new Uint8Array(bufferSize(segment.maxBytes));
  return checkedBytes(buffer, unpackRuns(segment.packed, buffer), segment);
}

/** Unpacks runs into `buffer`. Returns the number of bytes, or a greater number if they do not fit. */
export function unpackRuns(packed: Uint8Array, buffer: Uint8Array): number {
  let to = 0;
  for (let from = 0; from < packed.length;) {
    const code = packed[from++] as number;
    if (code === 128) continue;
    const isLiteral = code < 128;
    const count = isLiteral ? code + 1 : 257 - code;
    if (to + count > buffer.length) return to + count;
    const packedBytes = isLiteral ? count : 1;
    if (from + packedBytes > packed.length) break;
    if (isLiteral) buffer.set(packed.subarray(from, from + count), to);
    else buffer.fill(packed[from] as number, to, to + count);
    from += packedBytes;
    to += count;
  }
  return to;
}
