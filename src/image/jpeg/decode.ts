import type { Problem } from "../../errors.ts";
import type { RgbImage } from "../rgb_image.ts";
import { refusalOf, surplusOf } from "./libjpeg_warnings.ts";
import { decodeRgba } from "./decoder.ts";
import { type PlainJpeg, plainJpeg } from "./plain_jpeg.ts";
import { corrupt } from "./segments.ts";
import { withoutSurplus } from "./surplus.ts";

/**
 * A file with surplus bytes is decoded again without them, at least MIN_RUNS times if needed. Small files
 * may be decoded more often: up to MAX_RUNS times, and up to MAX_DECODED_PIXELS pixels in all.
 */
const [MIN_RUNS, MAX_RUNS, MAX_DECODED_PIXELS] = [4, 20, 40e6];

/** Memory of the decoder besides the file, the coefficients and the pixels. */
const DECODER_BYTES = 32 * 1024 * 1024;

/**
 * Decodes a baseline, extended sequential or progressive JPEG, gray or color, to 8-bit RGB. An orientation
 * in the metadata is not applied: coordinates refer to the pixels as they are stored. Of several pictures
 * in a file, the first is decoded. Faults that lose no pixel are accepted, all others are refused
 * (`libjpeg_warnings.ts`).
 *
 * The memory of the decoder is limited by the size in the header. Check that size with
 * {@linkcode readJpegHeader} before.
 *
 * @throws {Problem} as {@linkcode readJpegHeader}, and for pixels that end early or are damaged.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbImage> {
  const jpeg = plainJpeg(bytes);
  const { width, height } = jpeg.header;
  const maxRuns = Math.max(
    MIN_RUNS,
    Math.min(MAX_RUNS, Math.floor(MAX_DECODED_PIXELS / (width * height))),
  );
  const candidates = [jpeg.bytes];
  let refusal: Problem | undefined;
  /** Whether each file without surplus bytes was the only possible one, so that its fault is the real one. */
  let isOnlyCandidate = true;
  for (let runs = 1; runs <= maxRuns; runs++) {
    const candidate = candidates.shift();
    if (candidate === undefined) break;
    const decoded = await decodeRgba(candidate, maxDecoderBytes(jpeg));
    if (decoded.complaint === undefined) {
      if (decoded.width !== width || decoded.height !== height) break;
      return { width, height, data: withoutAlpha(decoded.rgba) };
    }
    const surplus = surplusOf(decoded.complaint);
    if (surplus !== undefined) {
      const shorter = withoutSurplus(candidate, surplus, maxRuns - runs);
      isOnlyCandidate &&= shorter.length === 1;
      candidates.unshift(...shorter);
    } else if (isOnlyCandidate) refusal = refusalOf(decoded.complaint);
  }
  throw refusal ?? corrupt("its compressed pixels contain bytes that are not part of them");
}

/** Returns the maximum memory of the decoder. It holds up to four copies of the file, and grows in steps. */
function maxDecoderBytes({ bytes, decoderBytes }: PlainJpeg): number {
  return DECODER_BYTES + 4 * bytes.length + 1.25 * decoderBytes;
}

/** Removes every fourth byte in place, because a copy of a large field would not fit into memory. */
function withoutAlpha(rgba: Uint8ClampedArray<ArrayBuffer>): Uint8Array {
  const rgb = new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return new Uint8Array(rgba.buffer.transfer(rgb.length));
}
