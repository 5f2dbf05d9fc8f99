import { encode } from "fast-png";
import type { Detection } from "../../src/result/result.ts";
import { resample } from "../../src/image/resample.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { type Bench, search } from "./search.ts";

const MAX_SHIFT = 63;
/** From this probability on a detection has to stay where it is. */
const LEAST = 0.1;

/**
 * Searches each field again with its first 1 to 63 columns or rows cut off, alternately, and says what
 * became of each detection.
 */
export async function compareShifts({ classifier, opener, fields }: Bench): Promise<void> {
  let compared = 0;
  const bad: string[] = [];
  let [farthest, largest] = [0, 0];
  for (const { path, image } of fields) {
    const found = async (dx: number, dy: number) => {
      const file = encode({ ...shifted(image, dx, dy), channels: 3 });
      const query = { keep: true, threshold: LEAST };
      const { detections } = await search(classifier, opener, file, query);
      return detections.map((d) => ({ ...d, x: d.x + dx, y: d.y + dy }));
    };
    const reference = (await found(0, 0)).filter((detection) =>
      detection.probability >= LEAST && isInner(detection, image)
    );
    for (let shift = 1; shift <= MAX_SHIFT; shift++) {
      const [dx, dy] = shift % 2 === 0 ? [shift, 0] : [0, shift];
      const there = await found(dx, dy);
      for (const { x, y, probability } of reference) {
        compared++;
        const near = there.find((d) => Math.hypot(d.x - x, d.y - y) <= 2);
        const change = near === undefined ? Infinity : Math.abs(near.probability - probability);
        if (near !== undefined) farthest = Math.max(farthest, Math.hypot(near.x - x, near.y - y));
        if (change <= 0.05) largest = Math.max(largest, change);
        else {
          bad.push(
            `${path} (${x}, ${y}) ${probability.toFixed(3)}, ${dx} right and ${dy} down: ` +
              (near === undefined ? "gone" : near.probability.toFixed(3)),
          );
        }
      }
    }
  }
  for (const line of bad) console.log(line);
  console.log(
    `${compared} detections compared on ${fields.length} fields, shifts of 1 to ${MAX_SHIFT} px: ` +
      `${bad.length} changed by more than 2 px or 0.05; the others by ${
        farthest.toFixed(1)
      } px and ` +
      `${largest.toFixed(4)} at most`,
  );
}

function shifted(image: RgbImage, dx: number, dy: number): RgbImage {
  const part = { x: dx, y: dy, width: image.width - dx, height: image.height - dy };
  return resample(image, 1, part);
}

/** So far from the border that no shift brings it near: there the mirrored field takes part. */
function isInner({ x, y }: Detection, { width, height }: RgbImage): boolean {
  const margin = 64 + MAX_SHIFT;
  return Math.min(x, y, width - x, height - y) >= margin;
}
