import { setImmediate } from "node:timers";
import { Problem } from "../errors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";
import { decodePatch } from "./decode_patch.ts";

/**
 * Decodes and scores patches, batch by batch: while the engine runs one batch the next is decoded,
 * and between two of them the thread is free for others.
 *
 * @param files PNG files, one patch each.
 * @returns Probabilities, 0 to 1, in the order of the files.
 * @throws {Problem} of the first patch that cannot be decoded, saying which it is; none is answered
 * then, and those that still wait for the engine are dropped.
 */
export async function predictPatches(
  classifier: Classifier,
  files: readonly Uint8Array[],
  options: RunOptions = {},
): Promise<number[]> {
  const { batchSize } = classifier;
  const { signal } = options;
  if (files.length <= batchSize) {
    return await classifier.score(decodeSome(classifier, files, 0, files.length, options), options);
  }
  const dropped = new AbortController();
  const combined = signal ? AbortSignal.any([signal, dropped.signal]) : dropped.signal;
  const owner = options.owner ?? files;
  const batches: Promise<number[]>[] = [];
  try {
    for (let from = 0; from < files.length; from += batchSize) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      combined.throwIfAborted();
      const patches = decodeSome(classifier, files, from, from + batchSize, options);
      const batch = classifier.score(patches, { ...options, owner, signal: combined });
      batch.catch(() => {});
      batches.push(batch);
    }
    return (await Promise.all(batches)).flat();
  } catch (thrown) {
    dropped.abort(thrown);
    throw thrown;
  }
}

/** Decodes files `from` to `to`; says which of several it was that cannot be decoded. */
function decodeSome(
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
