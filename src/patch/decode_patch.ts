import { Problem } from "../errors.ts";
import { readPngHeader } from "../image/png/chunks.ts";
import { decodePng } from "../image/png/decode.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/**
 * Decodes the PNG file of one patch. Checks the size that the header states before it allocates
 * memory for the pixels.
 *
 * @param bytes The PNG file.
 * @param size Width and height of the network's input, in pixels.
 * @throws {Problem} `image_wrong_size`, with the same message as IBM's service; or as
 * {@linkcode decodePng}.
 */
export function decodePatch(
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
): RgbImage {
  const header = readPngHeader(bytes);
  if (header.width !== width || header.height !== height) {
    throw new Problem(
      "image_wrong_size",
      `The input file must be a PNG image of size (${width}, ${height}). ` +
        `Got PNG (${header.width}, ${header.height}).`,
    );
  }
  return decodePng(bytes);
}
