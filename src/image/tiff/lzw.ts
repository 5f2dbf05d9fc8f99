import { corrupt, unsupported } from "./problems.ts";
import { bufferSize, checkedBytes, type Segment } from "./segment.ts";

/** Codes with a special meaning: clear the table, and end of the data. */
const CLEAR = 256;
const END = 257;

/** Number of entries of the table: codes have at most 12 bits. */
const TABLE_SIZE = 4096;

/**
 * Unpacks LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, the highest bit first. Codes become longer
 * one code earlier than in GIF. When the table is full, no string is added until it is cleared.
 *
 * It is written here because the npm packages for it allocate memory without a bound.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`, or `image_unsupported` for the LZW
 * of before TIFF 5.0, which has the lowest bit first.
 */
export function unpackLzw(segment: Segment): Uint8Array {
  const { packed } = segment;
  if (packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1) {
    throw unsupported(
      "has the LZW compression of before TIFF 5.0; save it again with a newer program",
    );
  }
  const buffer = new Uint8Array(bufferSize(segment.maxBytes));
  return checkedBytes(buffer, unpackCodes(packed, buffer), segment);
}

// Each string in the table is an earlier string (`prefixes`) and one more byte (`lasts`). The arrays are
// allocated once. Only entries that were written since the table was cleared are read.
const prefixes = new Uint16Array(TABLE_SIZE);
const lasts = new Uint8Array(TABLE_SIZE);
const firsts = new Uint8Array(TABLE_SIZE);
const lengths = new Uint32Array(TABLE_SIZE).fill(1, 0, 256);
for (let code = 0; code < 256; code++) lasts[code] = firsts[code] = code;

/** Unpacks into `buffer`. Returns the number of bytes, or a greater number if they do not fit. */
function unpackCodes(packed: Uint8Array, buffer: Uint8Array): number {
  let next = END + 1;
  let codeBits = 9;
  let previous = -1;
  let bits = 0;
  let bitCount = 0;
  let to = 0;
  for (let from = 0;;) {
    while (bitCount < codeBits) {
      if (from === packed.length) return to;
      bits = ((bits << 8) | (packed[from++] as number)) & 0xfffff;
      bitCount += 8;
    }
    bitCount -= codeBits;
    const code = (bits >> bitCount) & ((1 << codeBits) - 1);
    if (code === END) return to;
    if (code === CLEAR) {
      [next, codeBits, previous] = [END + 1, 9, -1];
      continue;
    }
    // A code that is not in the table yet means the previous string and its own first byte.
    const isNew = code === next && previous >= 0;
    if (code > END && code >= next && !isNew) {
      throw corrupt("the LZW data of a strip or tile have a code that is not in their table");
    }
    const known = isNew ? previous : code;
    const length = (lengths[known] as number) + (isNew ? 1 : 0);
    if (to + length > buffer.length) return to + length;
    let at = to + length;
    if (isNew) buffer[--at] = firsts[previous] as number;
    for (let part = known; at > to; part = prefixes[part] as number) {
      buffer[--at] = lasts[part] as number;
    }
    to += length;
    if (previous >= 0 && next < TABLE_SIZE) {
      prefixes[next] = previous;
      lasts[next] = firsts[known] as number;
      firsts[next] = firsts[previous] as number;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
      if (next === (1 << codeBits) - 1 && codeBits < 12) codeBits++;
    }
    previous = code;
  }
}
