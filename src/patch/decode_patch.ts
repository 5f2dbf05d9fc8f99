import { Problem } from "../errors.ts";
import { readPngHeader } from "../image/png/chunks.ts";
import { decodePng } from "../image/png/decode.ts";
import type { RgbImage } from "../image/rgb_image.ts";

/**
 * Decodes the PNG file of one patch. Checks its size in the header, before memory for pixels is
 * allocated.
 *
 * @param bytes The PNG file.
 * @param size Width and height that the network takes, in pixels.
 * @throws {Problem} `image_wrong_size`, with the message of IBM's service, or a problem of
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
