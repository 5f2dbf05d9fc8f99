import type { Problem } from "../../errors.ts";
import type { RgbImage } from "../rgb_image.ts";
import { refusalOf, surplusOf } from "./complaints.ts";
import { decodeRgba } from "./decoder.ts";
import { type PlainJpeg, plainJpeg } from "./plain_jpeg.ts";
import { corrupt } from "./segments.ts";
import { withoutSurplus } from "./surplus.ts";

/** A file with a surplus is decoded again without it: so often, and a small one more often. */
const [MIN_RUNS, MAX_RUNS, MAX_DECODED_PIXELS] = [4, 20, 40e6];

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
  const maxRuns = Math.max(
    MIN_RUNS,
    Math.min(MAX_RUNS, Math.floor(MAX_DECODED_PIXELS / (width * height))),
  );
  const candidates = [jpeg.bytes];
  let refusal: Problem | undefined;
  let certain = true;
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
      const places = withoutSurplus(candidate, surplus, maxRuns - runs);
      certain &&= places.length === 1;
      candidates.unshift(...places);
    } else if (certain) refusal = refusalOf(decoded.complaint);
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
