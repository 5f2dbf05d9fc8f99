import { Problem } from "../errors.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";

/**
 * Scores patches that are pixels already, batch by batch.
 *
 * @param pixels uint8 `[n, height, width, 3]`, RGB, 0 to 255, of the size that the manifest names.
 * @returns Probabilities, 0 to 1, in order.
 * @throws {Problem} `request_invalid` when the bytes are no whole patches; what the engine throws.
 */
export async function scorePixels(
  classifier: Classifier,
  pixels: Uint8Array,
  options: RunOptions = {},
): Promise<number[]> {
  const { width, height } = classifier.bundle.manifest.input;
  const bytes = width * height * 3;
  if (pixels.length % bytes !== 0) {
    throw new Problem(
      "request_invalid",
      `${pixels.length} bytes are not a whole number of patches of ${bytes}.`,
    );
  }
  const owner = options.owner ?? pixels;
  const batches: Promise<number[]>[] = [];
  for (let from = 0; from < pixels.length; from += classifier.batchSize * bytes) {
    const patches = [];
    const to = Math.min(pixels.length, from + classifier.batchSize * bytes);
    for (let at = from; at < to; at += bytes) {
      patches.push({ width, height, data: pixels.subarray(at, at + bytes) });
    }
    const batch = classifier.score(patches, { ...options, owner });
    batch.catch(() => {});
    batches.push(batch);
  }
  return (await Promise.all(batches)).flat();
}
