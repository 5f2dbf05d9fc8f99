import { Problem } from "../errors.ts";

/**
 * Refuses a picture with too many pixels, before memory is allocated for it.
 *
 * @throws {Problem} `image_too_large`.
 */
export function checkPixels(width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new Problem(
    "image_too_large",
    `The image has ${width} x ${height} pixels, ${
      (width * height / 1e6).toFixed(1)
    } million; at most ${maxPixels / 1e6} million are accepted. Cut it into parts.`,
  );
}
