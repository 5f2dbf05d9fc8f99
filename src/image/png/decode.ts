import type { RgbImage } from "../rgb_image.ts";
import { corrupt, type PngChunks, readPngChunks, SAMPLES_PER_PIXEL } from "./chunks.ts";
import { readSamples } from "./samples.ts";
import type { Samples } from "./unfilter.ts";

/** The colour of empty glass, on which transparent pixels are laid. */
const WHITE = 255;

/**
 * Decodes a PNG to 8-bit RGB: every colour type, depth and interlacing of the specification. Grey
 * is repeated in all channels, 16 bits are rounded to 8, transparency is laid on white. Colour
 * profiles, gamma and other ancillary chunks are ignored, as IBM's service ignores them; of an
 * animation the still image is taken.
 *
 * It allocates what IHDR declares: look at {@linkcode readPngHeader} first.
 *
 * @throws {Problem} `image_empty`, `image_not_png`, `image_truncated`, `image_corrupt`, `image_bomb`.
 */
export function decodePng(bytes: Uint8Array): RgbImage {
  const chunks = readPngChunks(bytes);
  const { width, height } = chunks.header;
  const samples = readSamples(chunks);
  const data = chunks.header.colorType === 3
    ? colorsOfPalette(samples, chunks)
    : colorsOfSamples(samples, chunks);
  return { width, height, data };
}

function colorsOfPalette(indices: Samples, { palette, transparency }: PngChunks): Uint8Array {
  const entries = palette.length / 3;
  const colors = new Uint8Array(palette.length);
  for (let i = 0; i < palette.length; i++) {
    const alpha = transparency[Math.floor(i / 3)] ?? 255;
    colors[i] = over(palette[i] ?? 0, alpha, 255);
  }
  const rgb = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] ?? 0;
    if (index >= entries) {
      throw corrupt(`a pixel has colour ${index} of a palette of ${entries}`);
    }
    rgb[i * 3] = colors[index * 3] ?? 0;
    rgb[i * 3 + 1] = colors[index * 3 + 1] ?? 0;
    rgb[i * 3 + 2] = colors[index * 3 + 2] ?? 0;
  }
  return rgb;
}

function colorsOfSamples(samples: Samples, { header, transparency }: PngChunks): Uint8Array {
  const { bitDepth, colorType, width, height } = header;
  if (
    colorType === 2 && bitDepth === 8 && transparency.length === 0 && samples instanceof Uint8Array
  ) {
    return samples;
  }
  const channels = SAMPLES_PER_PIXEL[colorType];
  const colored = channels >= 3 ? 3 : 1;
  const largest = 2 ** bitDepth - 1;
  const clear = transparentSample(transparency);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    let alpha = channels > colored ? samples[from + colored] ?? 0 : largest;
    if (clear.length === colored && clear.every((value, c) => samples[from + c] === value)) {
      alpha = 0;
    }
    for (let c = 0; c < 3; c++) {
      rgb[pixel * 3 + c] = over(samples[from + (c % colored)] ?? 0, alpha, largest);
    }
  }
  return rgb;
}

/** The one colour that tRNS makes clear in a picture without an alpha channel: 1 or 3 samples. */
function transparentSample(transparency: Uint8Array): number[] {
  const values: number[] = [];
  for (let i = 0; i + 1 < transparency.length; i += 2) {
    values.push(((transparency[i] ?? 0) << 8) | (transparency[i + 1] ?? 0));
  }
  return values;
}

/** A sample of the given opacity laid on white; sample and alpha are 0 to `largest`, the result 0 to 255. */
function over(sample: number, alpha: number, largest: number): number {
  const opacity = alpha / largest;
  return Math.round((sample / largest) * WHITE * opacity + WHITE * (1 - opacity));
}
