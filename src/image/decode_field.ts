import { Problem } from "../errors.ts";
import { decodeJpeg } from "./jpeg/decode.ts";
import { readJpegHeader } from "./jpeg/header.ts";
import { scaleOfJpeg } from "./jpeg/scale.ts";
import { checkPixels } from "./max_pixels.ts";
import { readPngHeader } from "./png/chunks.ts";
import { decodePng } from "./png/decode.ts";
import { scaleOfPng } from "./png/scale.ts";
import type { Size } from "./region.ts";
import type { RgbImage } from "./rgb_image.ts";
import { describeFormat, type FormatName, recognizeFormat } from "./signature.ts";
import { npmLibraries } from "./tiff/npm_libraries.ts";
import { openTiff } from "./tiff/open.ts";
import { memorySource } from "./tiff/source.ts";

// To add a format of pictures: add its signature to `signature.ts` and its opener to `OPENERS` below. The
// browser page opens pictures by itself: add the format to `../page/decode_picture.ts` too.

/** An open picture file: its header was read and checked, its pixels are not decoded yet. */
export interface PictureFile extends Size {
  /** Micrometers per pixel that the file states; undefined if it states none. */
  readonly mpp: number | undefined;
  /** Peak memory of {@linkcode decode} in bytes, estimated from the header. */
  readonly decodeBytes: number;
  /**
   * Decodes all pixels.
   *
   * @throws {Problem} if the pixels are damaged, cut off, or of a kind that is not supported.
   */
  decode(): Promise<RgbImage>;
}

/** Opens a file of one format. Reads only the header. Refuses a picture of more than `maxPixels` pixels. */
type Opener = (bytes: Uint8Array, maxPixels: number) => PictureFile | Promise<PictureFile>;

/**
 * Bytes that decoding takes for each pixel, a little above what was measured: 10 to 17 for 8 bits per sample,
 * 16 to 30 for 16 bits.
 */
const [PNG_BYTES_PER_PIXEL, PNG_16_BIT_BYTES_PER_PIXEL] = [18, 32];

/**
 * Bytes that decoding takes for each pixel, a little above what was measured: 12 for sequential files, 15 to
 * 18 for progressive ones.
 */
const [JPEG_BYTES_PER_PIXEL, PROGRESSIVE_JPEG_BYTES_PER_PIXEL] = [13, 19];

/** The formats that a field may have. */
const OPENERS: Readonly<Partial<Record<FormatName, Opener>>> = {
  "a PNG": (bytes, maxPixels) => {
    const { width, height, bitDepth } = readPngHeader(bytes);
    checkPixels(width, height, maxPixels);
    const bytesPerPixel = bitDepth === 16 ? PNG_16_BIT_BYTES_PER_PIXEL : PNG_BYTES_PER_PIXEL;
    return {
      width,
      height,
      mpp: scaleOfPng(bytes),
      decodeBytes: bytesPerPixel * width * height,
      decode: async () => await decodePng(bytes),
    };
  },
  "a JPEG": (bytes, maxPixels) => {
    const { width, height, progressive } = readJpegHeader(bytes);
    checkPixels(width, height, maxPixels);
    const bytesPerPixel = progressive ? PROGRESSIVE_JPEG_BYTES_PER_PIXEL : JPEG_BYTES_PER_PIXEL;
    return {
      width,
      height,
      mpp: scaleOfJpeg(bytes),
      decodeBytes: bytesPerPixel * width * height,
      decode: () => decodeJpeg(bytes),
    };
  },
  "a TIFF": openTiffFile,
  "a BigTIFF": openTiffFile,
};

async function openTiffFile(bytes: Uint8Array, maxPixels: number): Promise<PictureFile> {
  const { width, height, mpp, decodeBytes, read } = await openTiff(
    memorySource(bytes),
    npmLibraries,
    maxPixels,
  );
  return { width, height, mpp, decodeBytes, decode: () => read({ x: 0, y: 0, width, height }) };
}

/**
 * Opens a field of view: a PNG, JPEG or TIFF, recognized by its first bytes. Reads only the header and
 * allocates no memory for pixels.
 *
 * @param maxPixels Larger pictures are refused.
 * @throws {Problem} `image_empty`, `image_unsupported`, `image_too_large`, or a problem of the format.
 */
export async function openPictureFile(
  bytes: Uint8Array,
  maxPixels: number,
): Promise<PictureFile> {
  if (bytes.length === 0) {
    throw new Problem("image_empty", "The image has 0 bytes; send a PNG, JPEG or TIFF file.");
  }
  const name = recognizeFormat(bytes);
  const open = name && OPENERS[name];
  if (open === undefined) {
    throw new Problem(
      "image_unsupported",
      `The image is ${describeFormat(bytes)}; a field may be a PNG, a JPEG or a TIFF.`,
    );
  }
  return await open(bytes, maxPixels);
}

/**
 * Opens a field of view with {@linkcode openPictureFile} and decodes all of its pixels.
 *
 * @throws {Problem} as {@linkcode openPictureFile} and {@linkcode PictureFile.decode}.
 */
export async function decodeField(bytes: Uint8Array, maxPixels: number): Promise<RgbImage> {
  return await (await openPictureFile(bytes, maxPixels)).decode();
}
