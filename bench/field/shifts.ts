import { encode } from "fast-png";
import type { Detection } from "../../src/result/result.ts";
import { resample } from "../../src/image/resample.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { type Bench, search } from "./search.ts";

/** The largest number of columns or rows that are cut off. */
const MAX_SHIFT = 63;
/** Detections with at least this probability are compared. */
const MIN_PROBABILITY = 0.1;

/**
 * Searches each field again with its first 1 to 63 columns or rows cut off, and reports how the
 * detections change.
 */
export async function compareShifts({ classifier, opener, fields }: Bench): Promise<void> {
  let compared = 0;
  const changed: string[] = [];
  let [maxDistance, maxChange] = [0, 0];
  for (const { path, image } of fields) {
    const searchShifted = async (dx: number, dy: number) => {
      const file = encode({ ...shifted(image, dx, dy), channels: 3 });
      const query = { keep: true, threshold: MIN_PROBABILITY };
      const { detections } = await search(classifier, opener, file, query);
      return detections.map((d) => ({ ...d, x: d.x + dx, y: d.y + dy }));
    };
    const reference = (await searchShifted(0, 0)).filter((detection) =>
      detection.probability >= MIN_PROBABILITY && isInner(detection, image)
    );
    for (let shift = 1; shift <= MAX_SHIFT; shift++) {
      const [dx, dy] = shift % 2 === 0 ? [shift, 0] : [0, shift];
      const shiftedDetections = await searchShifted(dx, dy);
      for (const { x, y, probability } of reference) {
        compared++;
        const near = shiftedDetections.find((d) => Math.hypot(d.x - x, d.y - y) <= 2);
        const change = near === undefined ? Infinity : Math.abs(near.probability - probability);
        if (near !== undefined) {
          maxDistance = Math.max(maxDistance, Math.hypot(near.x - x, near.y - y));
        }
        if (change <= 0.05) maxChange = Math.max(maxChange, change);
        else {
          changed.push(
            `${path} (${x}, ${y}) ${probability.toFixed(3)}, shifted by ${dx}, ${dy} px: ` +
              (near === undefined ? "missing" : near.probability.toFixed(3)),
          );
        }
      }
    }
  }
  for (const line of changed) console.log(line);
  console.log(
    `${compared} detections compared on ${fields.length} fields, shifts of 1 to ${MAX_SHIFT} px: ` +
      `${changed.length} changed by more than 2 px or 0.05; the others changed by at most ${
        maxDistance.toFixed(1)
      } px and ` +
      `${maxChange.toFixed(4)}`,
  );
}

/** Returns the image without its first `dx` columns and `dy` rows. */
function shifted(image: RgbImage, dx: number, dy: number): RgbImage {
  const part = { x: dx, y: dy, width: image.width - dx, height: image.height - dy };
  return resample(image, 1, part);
}

/**
 * Reports whether a detection is far from the border, however the field is cropped. Windows near
 * the border include mirrored pixels.
 */
function isInner({ x, y }: Detection, { width, height }: RgbImage): boolean {
  const margin = 64 + MAX_SHIFT;
  return Math.min(x, y, width - x, height - y) >= margin;
}
