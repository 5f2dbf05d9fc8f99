import { bomb, corrupt, unsupported } from "./problems.ts";
import { bufferSize, checkedBytes, type Segment } from "./segment.ts";

/** Larger strips are refused: the decoder's memory grows with them and never shrinks. */
const MAX_BYTES = 128 << 20;

/** Bytes of the longest frame header (RFC 8878, section 3.1.1.1). */
const MAX_HEADER_BYTES = 18;

/**
 * Unpacks Zstandard (RFC 8878) with the reference library as WebAssembly (zstddec), into memory of the
 * size that the tags declare.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`, `image_unsupported`.
 */
export async function unpackZstd(segment: Segment): Promise<Uint8Array> {
  const { packed, maxBytes } = segment;
  const capacity = bufferSize(maxBytes);
  if (capacity > MAX_BYTES || packed.length > MAX_BYTES) {
    throw unsupported(
      `has a ZSTD strip of ${capacity >> 20} MB; at most ${
        MAX_BYTES >> 20
      } MB are accepted, save ` +
        "it in smaller strips or tiles",
    );
  }
  const declared = frameContentSize(packed);
  if (declared !== undefined && declared > capacity) throw bomb(maxBytes);
  const decoder = await segment.libraries.zstd();
  const unpacked = decoder.decode(packed, capacity);
  // The decoder returns no bytes for any error.
  if (unpacked.length === 0) {
    throw corrupt(
      `the ZSTD data of a strip or tile are damaged, or unpack to more than ${maxBytes} bytes`,
    );
  }
  return checkedBytes(unpacked, unpacked.length, segment);
}

/** Returns Frame_Content_Size of the first frame, or `undefined` if the frame does not state it. */
function frameContentSize(packed: Uint8Array): number | undefined {
  const header = new Uint8Array(MAX_HEADER_BYTES);
  header.set(packed.subarray(0, MAX_HEADER_BYTES));
  const view = new DataView(header.buffer);
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + windowBytes + dictionaryIdBytes;
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
