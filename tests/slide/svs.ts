import type { RgbImage } from "../../src/image/rgb_image.ts";
import { tiffOf, type TiffPage } from "../tiff_writer.ts";

/** Writes a picture as an Aperio SVS of uncompressed tiles. */
export function svsOf(picture: RgbImage, description: string): Uint8Array<ArrayBuffer> {
  const side = 256;
  const tiles: Uint8Array[] = [];
  for (let top = 0; top < picture.height; top += side) {
    for (let left = 0; left < picture.width; left += side) {
      const tile = new Uint8Array(side * side * 3);
      for (let y = top; y < Math.min(top + side, picture.height); y++) {
        const end = Math.min(left + side, picture.width);
        const row = picture.data.subarray(
          (y * picture.width + left) * 3,
          (y * picture.width + end) * 3,
        );
        tile.set(row, (y - top) * side * 3);
      }
      tiles.push(tile);
    }
  }
  const page: TiffPage = {
    strips: tiles,
    tags: {
      254: 0,
      256: picture.width,
      257: picture.height,
      258: [8, 8, 8],
      259: 1,
      262: 2,
      270: description,
      277: 3,
      322: side,
      323: side,
    },
  };
  return tiffOf([page]);
}
