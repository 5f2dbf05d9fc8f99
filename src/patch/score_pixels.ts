import { Problem } from "../errors.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";
import { scoreInBatches } from "./score_in_batches.ts";

/**
 * Scores decoded patches, batch by batch.
 *
 * @param pixels uint8 `[n, height, width, 3]`, RGB, 0 to 255, of the size of the network's input.
 * @returns Probabilities, 0 to 1, in the order of the patches.
 * @throws {Problem} `request_invalid` when the bytes are not a whole number of patches; otherwise
 * as {@linkcode Classifier.score}.
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
      `The pixels have ${pixels.length} bytes, which is not a multiple of the ${bytes} bytes of one ` +
        "patch.",
    );
  }
  const patchesBetween = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => {
      const start = (from + i) * bytes;
      return { width, height, data: pixels.subarray(start, start + bytes) };
    });
  return await scoreInBatches(classifier, pixels.length / bytes, patchesBetween, options);
}
