import { Problem } from "../errors.ts";
import { checkPixels } from "./max_pixels.ts";
import { decodeJpeg } from "./jpeg/decode.ts";
import { readJpegHeader } from "./jpeg/header.ts";
import { readPngHeader } from "./png/chunks.ts";
import { decodePng } from "./png/decode.ts";
import type { RgbImage } from "./rgb_image.ts";
import { namedFormat } from "./signature.ts";
import { decodeTiff } from "./tiff/decode.ts";
import { npmLibraries } from "./tiff/npm_libraries.ts";

/** How one format is read. */
interface Format {
  readonly header: (bytes: Uint8Array) => { width: number; height: number };
  readonly decode: (bytes: Uint8Array) => RgbImage | Promise<RgbImage>;
}

const FORMATS: Record<string, Format> = {
  "a PNG": { header: readPngHeader, decode: decodePng },
  "a JPEG": { header: readJpegHeader, decode: decodeJpeg },
};

/**
 * Decodes a field of view: PNG, JPEG or TIFF, told apart by their first bytes. Its size is read from
 * the header before a pixel is allocated.
 *
 * @param mostPixels Larger pictures are refused.
 * @returns With micrometers a pixel as `mpp`, where a TIFF says them.
 * @throws {Problem} `image_empty`, `image_unsupported`, `image_too_large`, or a problem of the format.
 */
export async function decodeField(
  bytes: Uint8Array,
  mostPixels: number,
): Promise<RgbImage & { readonly mpp?: number }> {
  if (bytes.length === 0) {
    throw new Problem("image_empty", "The image has 0 bytes; send a PNG, JPEG or TIFF file.");
  }
  const name = namedFormat(bytes);
  if (name === "a TIFF" || name === "a BigTIFF") {
    return await decodeTiff(bytes, mostPixels, npmLibraries);
  }
  const format = FORMATS[name];
  if (format === undefined) {
    throw new Problem(
      "image_unsupported",
      `The image is ${name}; a field may be a PNG, a JPEG or a TIFF.`,
    );
  }
  const { width, height } = format.header(bytes);
  checkPixels(width, height, mostPixels);
  return await format.decode(bytes);
}
