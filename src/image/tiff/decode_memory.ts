import type { Layout } from "./layout.ts";
import { segmentBytes } from "./segments.ts";

/** Bytes of the picture that is returned, for each of its pixels. */
const RGB_BYTES = 3;

/**
 * Bytes that unpacking a strip or tile takes for each of its unpacked bytes: measured at 1.9 (Deflate) to
 * 2.4 (Deflate of 16 bits with a predictor).
 */
const BYTES_PER_UNPACKED_BYTE = 2.5;

/** Bytes that the decoder of a codec takes for each pixel of a strip or tile: measured at 12 to 17, and 30. */
const CODEC_BYTES_PER_PIXEL: Readonly<Record<number, number>> = {
  7: 19,
  33003: 36,
  33005: 36,
  34712: 36,
};

/**
 * Returns the peak memory of decoding a whole picture, in bytes: that of the picture, and that of its
 * largest strip or tile.
 *
 * @param layouts How its channels are stored; one for most pictures.
 */
export function tiffDecodeBytes(
  { width, height }: { readonly width: number; readonly height: number },
  layouts: readonly Layout[],
): number {
  return RGB_BYTES * width * height + Math.max(0, ...layouts.map(segmentDecodeBytes));
}

function segmentDecodeBytes(layout: Layout): number {
  const { grid, planar, samplesPerPixel, compression } = layout;
  const planes = planar ? samplesPerPixel : 1;
  const codec = CODEC_BYTES_PER_PIXEL[compression];
  if (codec !== undefined) return codec * grid.width * grid.height * planes;
  return BYTES_PER_UNPACKED_BYTE * segmentBytes(layout, 0) * planes;
}
