import type { RgbImage } from "../rgb_image.ts";
import type { TiffLibraries } from "./libraries.ts";
import { openTiff } from "./open.ts";
import { memorySource } from "./source.ts";

/**
 * Decodes the picture of a TIFF or BigTIFF to 8-bit RGB; docs/tiff.md says what is supported. Its size
 * is checked before memory is allocated for its pixels.
 *
 * @param maxPixels Larger pictures are refused.
 * @returns The picture, with micrometers per pixel if the file states them (`TiffPicture`).
 * @throws {Problem} `image_too_large`, `image_unsupported`, `image_corrupt`, `image_truncated`,
 * `image_bomb`.
 */
export async function decodeTiff(
  bytes: Uint8Array,
  maxPixels: number,
  libraries: TiffLibraries,
): Promise<RgbImage & { readonly mpp?: number }> {
  const picture = await openTiff(memorySource(bytes), libraries, maxPixels);
  const { width, height, mpp } = picture;
  const image = await picture.read({ x: 0, y: 0, width, height });
  return mpp === undefined ? image : { ...image, mpp };
}
