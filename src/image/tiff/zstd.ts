import { capacityFor, checkedLength, type Segment } from "./segment.ts";
import { bomb, corrupt, unsupported } from "./problems.ts";

/** Larger strips are refused: the decoder's memory grows with them and does not shrink again. */
const MAX_BYTES = 128 << 20;

/**
 * Unpacks Zstandard (RFC 8878; the reference library as WebAssembly) into memory of the size that
 * the tags declare.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`, `image_unsupported`.
 */
export async function unpackZstd(segment: Segment): Promise<Uint8Array> {
  const { packed, most } = segment;
  const capacity = capacityFor(most);
  if (capacity > MAX_BYTES || packed.length > MAX_BYTES) {
    throw unsupported(
      `has a ZSTD strip of ${capacity >> 20} MB; ${MAX_BYTES >> 20} are accepted, save it in ` +
        "smaller strips or tiles",
    );
  }
  const declared = declaredSize(packed);
  if (declared !== undefined && declared > capacity) throw bomb(most);
  const decoder = await segment.libraries.zstd();
  const unpacked = decoder.decode(packed, capacity);
  // The decoder gives nothing where it fails, for whichever reason.
  if (unpacked.length === 0) {
    throw corrupt(
      `the ZSTD code of a strip or tile breaks off, or unpacks to more than ${most} bytes`,
    );
  }
  return checkedLength(unpacked, unpacked.length, segment);
}

/** Frame_Content_Size of the first frame, where it has one (RFC 8878, section 3.1.1.1). */
function declaredSize(packed: Uint8Array): number | undefined {
  // The longest header of a frame has 18 bytes.
  const header = new Uint8Array(18);
  header.set(packed.subarray(0, 18));
  const view = new DataView(header.buffer);
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
