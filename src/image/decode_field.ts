import { Problem } from "../errors.ts";
import { decodeJpeg } from "./jpeg/decode.ts";
import { readJpegHeader } from "./jpeg/header.ts";
import { scaleOfJpeg } from "./jpeg/scale.ts";
import { readPngHeader } from "./png/chunks.ts";
import { decodePng } from "./png/decode.ts";
import { scaleOfPng } from "./png/scale.ts";
import type { RgbImage } from "./rgb_image.ts";
import { namedFormat } from "./signature.ts";
import { decodeTiff, readTiffHeader } from "./tiff/decode.ts";

/** How one format is read. */
interface Format {
  readonly header: (bytes: Uint8Array) => { width: number; height: number };
  readonly decode: (bytes: Uint8Array) => RgbImage | Promise<RgbImage>;
  /** Microns per pixel that the file declares, where that can be the resolution of a microscope. */
  readonly scale?: (bytes: Uint8Array) => number | undefined;
}

const FORMATS: Record<string, Format> = {
  "a PNG": { header: readPngHeader, decode: decodePng, scale: scaleOfPng },
  "a JPEG": { header: readJpegHeader, decode: decodeJpeg, scale: scaleOfJpeg },
  "a TIFF": { header: readTiffHeader, decode: decodeTiff },
};

/**
 * Decodes a field of view: PNG, JPEG or TIFF, told apart by their first bytes. Its size is read from
 * the header before a pixel is allocated.
 *
 * @param mostPixels Larger pictures are refused.
 * @throws {Problem} `image_empty`, `image_unsupported`, `image_too_large`, or a problem of the format.
 */
export async function decodeField(bytes: Uint8Array, mostPixels: number): Promise<RgbImage> {
  if (bytes.length === 0) {
    throw new Problem("image_empty", "The image has 0 bytes; send a PNG, JPEG or TIFF file.");
  }
  const name = namedFormat(bytes);
  const format = FORMATS[name];
  if (format === undefined) {
    throw new Problem(
      "image_unsupported",
      `The image is ${name}; a field may be a PNG, a JPEG or a TIFF.`,
    );
  }
  const { width, height } = format.header(bytes);
  if (width * height > mostPixels) {
    throw new Problem(
      "image_too_large",
      `The image has ${width} x ${height} pixels, ${
        (width * height / 1e6).toFixed(1)
      } million; at most ${mostPixels / 1e6} million are accepted. Cut it into parts.`,
    );
  }
  return await format.decode(bytes);
}

/**
 * Returns the resolution that a file declares, in microns per pixel: pHYs of a PNG, the density of
 * JFIF or Exif of a JPEG. Undefined where it declares none that a microscope can have.
 *
 * @throws {Problem} for a file that {@linkcode decodeField} refuses by its headers.
 */
export function scaleOfField(bytes: Uint8Array): number | undefined {
  return FORMATS[namedFormat(bytes)]?.scale?.(bytes);
}
