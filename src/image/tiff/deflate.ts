import { corrupt } from "./problems.ts";
import { capacityFor, checkedLength, type Segment } from "./segment.ts";

/** Compressed bytes that are inflated at a time; they become 4 MB at most. */
const PIECE_BYTES = 4096;

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
  return checkedLength(unpacked, length, segment);
}
