import { capacityFor, checkedLength, type Segment } from "./segment.ts";
import { corrupt } from "./problems.ts";

/**
 * Inflates a zlib stream (pako, a port of zlib) into memory of the size that the tags declare. What
 * follows the stream is left aside.
 *
 * @throws {Problem} `image_truncated`, `image_bomb`, `image_corrupt`.
 */
export async function inflateSegment(segment: Segment): Promise<Uint8Array> {
  const { ZStream, zlibInflate, zlibInflateInit, Z_NO_FLUSH, Z_STREAM_END, Z_OK, Z_BUF_ERROR } =
    await segment.libraries.pako();
  const unpacked = new Uint8Array(capacityFor(segment.most));
  const stream = new ZStream();
  stream.input = segment.packed;
  stream.avail_in = segment.packed.length;
  stream.output = unpacked;
  stream.avail_out = unpacked.length;
  zlibInflateInit(stream);
  const status = zlibInflate(stream, Z_NO_FLUSH);
  if (status === Z_STREAM_END) return checkedLength(unpacked, stream.total_out, segment);
  if (status !== Z_OK && status !== Z_BUF_ERROR) {
    throw corrupt("its pixels cannot be inflated, since their Deflate code breaks off");
  }
  const more = stream.avail_out === 0 ? 1 : 0;
  return checkedLength(unpacked, stream.total_out + more, segment);
}
