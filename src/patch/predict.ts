import { setImmediate } from "node:timers";
import { Problem } from "../errors.ts";
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
  const { batchSize, bundle } = classifier;
  const { signal, onStage } = options;
  const dropped = new AbortController();
  const combined = signal ? AbortSignal.any([signal, dropped.signal]) : dropped.signal;
  const owner = options.owner ?? files;
  const batches: Promise<number[]>[] = [];
  try {
    for (let from = 0; from < files.length; from += batchSize) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      combined.throwIfAborted();
      const start = performance.now();
      const patches = files.slice(from, from + batchSize).map((bytes, i) =>
        decodeOneOf(files.length, from + i, () => decodePatch(bytes, bundle.manifest.input))
      );
      onStage?.({ stage: "decode", start, end: performance.now(), count: patches.length });
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

/** Says which of several images it was that cannot be decoded. */
function decodeOneOf<T>(count: number, index: number, decode: () => T): T {
  try {
    return decode();
  } catch (thrown) {
    if (count === 1 || !(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, `Image ${index + 1} of ${count}: ${thrown.message}`);
  }
}
