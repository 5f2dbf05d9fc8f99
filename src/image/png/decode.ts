import { Problem } from "../../errors.ts";
import { layOnWhite } from "../lay_on_white.ts";
import type { RgbImage } from "../rgb_image.ts";
import { corrupt, readPngChunks } from "./chunks.ts";
import { decodeRgba, type Rgba } from "./codec.ts";
import { checkedPixelData } from "./pixel_data.ts";
import { plainPng } from "./plain_png.ts";

/**
 * Decodes a PNG of any color type, bit depth and interlacing to 8-bit RGB. Gray is repeated in all
 * channels, 16 bits are rounded to 8, and transparent pixels are laid on white. Color profiles, gamma and
 * other ancillary chunks are ignored, as in IBM's service. Of an animation, the still image is decoded.
 * Faults that libpng only warns about, and that lose no pixel, are accepted.
 *
 * The file is checked first, so that the codec takes no more memory than IHDR justifies. Check the size
 * with {@linkcode readPngHeader} before.
 *
 * @throws {Problem} `image_empty`, `image_not_png`, `image_truncated`, `image_corrupt`,
 * `image_unsupported`.
 */
export function decodePng(bytes: Uint8Array): RgbImage {
  const chunks = readPngChunks(bytes);
  const { width, height, bitDepth, colorType } = chunks.header;
  const png = plainPng(bytes, chunks, checkedPixelData(chunks.compressed, chunks.header));
  const hasPalette = colorType === 3;
  try {
    const data = decodeRgba(png, bitDepth === 16, (samples) => rgbOnWhite(samples, hasPalette));
    return { width, height, data };
  } catch (thrown) {
    // Everything else that makes the codec fail was checked.
    throw thrown instanceof Problem ? thrown : corrupt("a row has a filter that does not exist");
  }
}

/** @throws {Problem} `image_corrupt` for a color that the palette does not have. */
function rgbOnWhite(samples: Rgba, hasPalette: boolean): Uint8Array {
  const max = samples instanceof Uint16Array ? 0xffff : 0xff;
  const rgb = new Uint8Array(samples.length / 4 * 3);
  for (let from = 0, to = 0; from < samples.length; from += 4, to += 3) {
    const alpha = samples[from + 3] as number;
    if (alpha === max && max === 0xff) {
      rgb[to] = samples[from] as number;
      rgb[to + 1] = samples[from + 1] as number;
      rgb[to + 2] = samples[from + 2] as number;
    } else {
      if (hasPalette) throw corrupt("a pixel has a color that its palette does not have");
      for (let c = 0; c < 3; c++) {
        rgb[to + c] = layOnWhite(samples[from + c] as number, alpha, max);
      }
    }
  }
  return rgb;
}
