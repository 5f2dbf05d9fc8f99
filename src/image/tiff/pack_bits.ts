import { Problem } from "../../errors.ts";

/**
 * Unpacks the run-length code of baseline TIFF (TIFF 6.0, section 9) and of the Macintosh.
 *
 * @param unpacked What is filled, to its end.
 * @throws {Problem} `image_truncated` where the packed bytes end before it is full, `image_bomb` where
 * they hold more.
 *
 * @example Apple's Technical Note TN1023
 * ```ts
 * import { unpackBits } from "./pack_bits.ts";
 * import { equal } from "node:assert/strict";
 *
 * const unpacked = new Uint8Array(24);
 * unpackBits(Uint8Array.fromHex("feaa0280002afdaa0380002a22f7aa"), unpacked);
 * equal(unpacked.toHex(), "aaaaaa80002aaaaaaaaa80002a22" + "aa".repeat(10));
 * ```
 */
export function unpackBits(packed: Uint8Array, unpacked: Uint8Array): void {
  let to = 0;
  for (let from = 0; from < packed.length;) {
    const code = packed[from++] as number;
    if (code === 128) continue;
    const count = code < 128 ? code + 1 : 257 - code;
    if (to + count > unpacked.length) {
      throw new Problem(
        "image_bomb",
        `A strip of the TIFF unpacks to more than the ${unpacked.length} bytes that its header declares.`,
      );
    }
    const needed = code < 128 ? count : 1;
    if (from + needed > packed.length) break;
    if (code < 128) unpacked.set(packed.subarray(from, from + count), to);
    else unpacked.fill(packed[from] as number, to, to + count);
    from += needed;
    to += count;
  }
  if (to < unpacked.length) {
    throw new Problem(
      "image_truncated",
      `A strip of the TIFF unpacks to ${to} of the ${unpacked.length} bytes that its header declares; ` +
        "send the whole file.",
    );
  }
}
