import { encode } from "fast-png";
import { Problem } from "../errors.ts";
import { encodeJpeg } from "../image/jpeg/encode.ts";
import type { Region, Size } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Slide } from "../slide/slide.ts";
import { pixelsNeeded, slideSource } from "../slide/slide_source.ts";

/** The formats in which a part of a slide is drawn, by the ending of a file. */
export const pictureTypes = { jpg: "image/jpeg", png: "image/png" } as const;

export type PictureFormat = keyof typeof pictureTypes;

/** A part of a slide to be drawn. */
export interface PictureRequest {
  /** In pixels at full resolution, inside the slide. */
  readonly region: Region;
  /** Size of the picture in pixels: at most {@linkcode MAX_PICTURE_SIDE} each, not larger than the region. */
  readonly size: Size;
  readonly format: PictureFormat;
}

/** Maximum width and height of a picture. */
export const MAX_PICTURE_SIDE = 2048;

/** Maximum number of pixels of a level that are read for a picture. */
export const MAX_READ_PIXELS = 20_000_000;

/**
 * Draws a part of a slide. At full resolution, a PNG has the pixels of the slide. Other pictures are
 * resampled from the smallest level that is as fine as the picture.
 *
 * @throws {Problem} `picture_too_large` if it needs too many pixels of the slide; as `Slide.readLevel`.
 */
export async function drawPicture(
  slide: Slide,
  { region, size, format }: PictureRequest,
): Promise<Uint8Array> {
  const scale = scaleOf(region, size);
  const { part, isStretched } = scaledPart(region, size, scale);
  const needed = pixelsNeeded(slide, part, scale);
  if (needed > MAX_READ_PIXELS) {
    throw new Problem(
      "picture_too_large",
      `This picture needs ${needed} pixels of the slide; at most ${MAX_READ_PIXELS} are read. ` +
        "Ask for a smaller region or a larger picture of it.",
    );
  }
  const read = await slideSource(slide).read(part, scale);
  const image = isStretched ? stretch(read, size) : read;
  return format === "jpg"
    ? await encodeJpeg(image)
    : encode({ width: image.width, height: image.height, channels: 3, depth: 8, data: image.data });
}

/**
 * Returns the scale of a picture. Viewers round up the sizes of tiles at the border. If the sizes fit a whole
 * shrink factor, returns that factor, so that neighboring tiles fit together.
 */
function scaleOf(region: Region, size: Size): number {
  const factor = Math.round(Math.min(region.width / size.width, region.height / size.height));
  for (const candidate of [factor, factor + 1]) {
    const fits = Math.ceil(region.width / candidate) === size.width &&
      Math.ceil(region.height / candidate) === size.height &&
      region.x % candidate === 0 && region.y % candidate === 0;
    if (candidate >= 1 && fits) return 1 / candidate;
  }
  return Math.max(size.width / region.width, size.height / region.height);
}

/** Returns the region in pixels of the scaled slide, and whether its size is not that of the picture. */
function scaledPart(
  region: Region,
  size: Size,
  scale: number,
): { readonly part: Region; readonly isStretched: boolean } {
  const along = (length: number, wanted: number) =>
    Math.abs(length * scale - wanted) < 1.5 ? wanted : Math.max(1, Math.round(length * scale));
  const part = {
    x: Math.floor(region.x * scale),
    y: Math.floor(region.y * scale),
    width: along(region.width, size.width),
    height: along(region.height, size.height),
  };
  const isStretched = part.width !== size.width || part.height !== size.height;
  return { part, isStretched };
}

/** Stretches a picture to another size by nearest-neighbor interpolation. */
function stretch(image: RgbImage, { width, height }: Size): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y + 0.5) * image.height / height) * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor((x + 0.5) * image.width / width)) * 3;
      data.set(image.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data };
}
