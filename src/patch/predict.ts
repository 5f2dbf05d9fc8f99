import { Problem } from "../errors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";
import { decodePatch } from "./decode_patch.ts";
import { scoreInBatches } from "./score_in_batches.ts";

/**
 * Decodes and scores patches, batch by batch. Decodes the next batch while the engine runs the
 * previous ones.
 *
 * @param files PNG files, one patch each.
 * @returns Probabilities, 0 to 1, in the order of the files.
 * @throws {Problem} as {@linkcode decodePatch} when a patch cannot be decoded; if there are several
 * patches, the message has its number. Otherwise as {@linkcode Classifier.score}. Drops the batches
 * that still wait for the engine.
 */
export async function predictPatches(
  classifier: Classifier,
  files: readonly Uint8Array[],
  options: RunOptions = {},
): Promise<number[]> {
  const decode = (from: number, to: number) => decodeFiles(classifier, files, from, to, options);
  return await scoreInBatches(classifier, files.length, decode, options);
}

/**
 * Decodes the files with index `from` (inclusive) to `to` (exclusive). If there are several files,
 * the message of a problem gives the number of the file.
 */
function decodeFiles(
  { bundle }: Classifier,
  files: readonly Uint8Array[],
  from: number,
  to: number,
  { onStage }: RunOptions,
): RgbImage[] {
  const start = performance.now();
  const patches = files.slice(from, to).map((bytes, i) => {
    try {
      return decodePatch(bytes, bundle.manifest.input);
    } catch (thrown) {
      if (files.length === 1 || !(thrown instanceof Problem)) throw thrown;
      throw new Problem(
        thrown.code,
        `Image ${from + i + 1} of ${files.length}: ${thrown.message}`,
      );
    }
  });
  onStage?.({ stage: "decode", start, end: performance.now(), count: patches.length });
  return patches;
}
