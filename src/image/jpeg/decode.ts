import type { Problem } from "../../errors.ts";
import type { RgbImage } from "../rgb_image.ts";
import { refusalOf, surplusOf } from "./complaints.ts";
import { decodeRgba } from "./decoder.ts";
import { type PlainJpeg, plainJpeg } from "./plain_jpeg.ts";
import { corrupt } from "./segments.ts";
import { withoutSurplus } from "./surplus.ts";

/** A file with a surplus is decoded again without it; so many times in all. */
const MAX_RUNS = 4;

/** What the decoder takes besides the file, coefficients and pixels. */
const DECODER_BYTES = 32 * 1024 * 1024;

/**
 * Decodes a JPEG, baseline, extended sequential or progressive, gray or color, to 8-bit RGB. A
 * rotation in its metadata is not applied: places refer to the pixels as they are stored. Of several
 * pictures in a file the first is taken. What libjpeg only warns about and loses no pixel is read;
 * where a pixel is lost the file is refused (`complaints.ts`).
 *
 * The decoder takes no more memory than the header declares: look at {@linkcode readJpegHeader}
 * before.
 *
 * @throws {Problem} as {@linkcode readJpegHeader}, and for pixels that end early or are damaged.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbImage> {
  const jpeg = plainJpeg(bytes);
  const { width, height } = jpeg.header;
  const candidates = [jpeg.bytes];
  let refusal: Problem | undefined;
  for (let runs = 1; runs <= MAX_RUNS; runs++) {
    const candidate = candidates.shift();
    if (candidate === undefined) break;
    const decoded = await decodeRgba(candidate, maxDecoderBytes(jpeg));
    if (decoded.complaint === undefined) {
      if (decoded.width !== width || decoded.height !== height) break;
      return { width, height, data: withoutAlpha(decoded.rgba) };
    }
    const surplus = surplusOf(decoded.complaint);
    if (surplus === undefined) refusal ??= refusalOf(decoded.complaint);
    else candidates.unshift(...withoutSurplus(candidate, surplus, MAX_RUNS - runs));
  }
  throw refusal ?? corrupt("between its pixels there are bytes that belong to nothing");
}

/** The file is held up to four times; the allocator of the decoder grows its memory in steps. */
function maxDecoderBytes({ bytes, decoderBytes }: PlainJpeg): number {
  return DECODER_BYTES + 4 * bytes.length + 1.25 * decoderBytes;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}
