import { capacityFor, checkedLength, type Segment } from "./segment.ts";
import { corrupt, unsupported } from "./problems.ts";

const CLEAR = 256;
const END = 257;
const TABLE = 4096;

/**
 * Unpacks LZW as TIFF 6.0, section 13, has it: codes of 9 to 12 bits, the highest bit first, which
 * become longer one code early. The table may be full; then no string is added until it is cleared.
 *
 * Written here because the packages for it take memory without a bound.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`, `image_unsupported` for the LZW
 * of before TIFF 5.0.
 */
export function unpackLzw(segment: Segment): Uint8Array {
  const { packed } = segment;
  if (packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1) {
    throw unsupported(
      "has the LZW compression of before TIFF 5.0; save it again with a new program",
    );
  }
  const unpacked = new Uint8Array(capacityFor(segment.most));
  return checkedLength(unpacked, unpackCodes(packed, unpacked), segment);
}

// The table is made once: only what has been written since the last clearing is read. A string is the
// one that `prefixes` names and one byte more.
const prefixes = new Uint16Array(TABLE);
const lasts = new Uint8Array(TABLE);
const firsts = new Uint8Array(TABLE);
const lengths = new Uint32Array(TABLE).fill(1, 0, 256);
for (let code = 0; code < 256; code++) lasts[code] = firsts[code] = code;

/** Unpacks into `unpacked`; returns how many bytes there are, or a greater number than fit. */
function unpackCodes(packed: Uint8Array, unpacked: Uint8Array): number {
  let next = END + 1;
  let width = 9;
  let previous = -1;
  let buffer = 0;
  let buffered = 0;
  let to = 0;
  for (let from = 0;;) {
    while (buffered < width) {
      if (from === packed.length) return to;
      buffer = ((buffer << 8) | (packed[from++] as number)) & 0xfffff;
      buffered += 8;
    }
    buffered -= width;
    const code = (buffer >> buffered) & ((1 << width) - 1);
    if (code === END) return to;
    if (code === CLEAR) {
      [next, width, previous] = [END + 1, 9, -1];
      continue;
    }
    // The string of a code that is not in the table yet: the last one and its own first byte.
    const isNew = code === next && previous >= 0;
    if (code > END ? !(code < next || isNew) : false) {
      throw corrupt("its LZW codes are not in their table");
    }
    const known = isNew ? previous : code;
    const length = (lengths[known] as number) + (isNew ? 1 : 0);
    if (to + length > unpacked.length) return to + length;
    let at = to + length;
    if (isNew) unpacked[--at] = firsts[previous] as number;
    for (let part = known; at > to; part = prefixes[part] as number) {
      unpacked[--at] = lasts[part] as number;
    }
    to += length;
    if (previous >= 0 && next < TABLE) {
      prefixes[next] = previous;
      lasts[next] = firsts[known] as number;
      firsts[next] = firsts[previous] as number;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    previous = code;
  }
}
