import type { RgbImage } from "../image/rgb_image.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";

/**
 * Scores patches batch by batch. Prepares the next batch while the engine runs the previous ones. Gives
 * other tasks of the thread a turn after some batches of all requests together. When a batch fails, drops
 * the batches that still wait for the engine.
 *
 * @param count Number of patches.
 * @param patchesBetween Returns the patches with index `from` (inclusive) to `to` (exclusive).
 * @returns Probabilities, 0 to 1, in the order of the patches.
 * @throws What `patchesBetween` throws, or {@linkcode Classifier.score}.
 */
export async function scoreInBatches(
  classifier: Classifier,
  count: number,
  patchesBetween: (from: number, to: number) => readonly RgbImage[],
  options: RunOptions,
): Promise<number[]> {
  const { batchSize } = classifier;
  const { signal } = options;
  if (count === 0) return [];
  if (count <= batchSize) return await classifier.score(patchesBetween(0, count), options);
  const failed = new AbortController();
  const combined = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const owner = options.owner ?? {};
  const batches: Promise<number[]>[] = [];
  try {
    for (let from = 0; from < count; from += batchSize) {
      await nextTurn();
      combined.throwIfAborted();
      const patches = patchesBetween(from, Math.min(from + batchSize, count));
      const batch = classifier.score(patches, { ...options, owner, signal: combined });
      batch.catch(() => {}); // Promise.all below reports the failure.
      batches.push(batch);
    }
    return (await Promise.all(batches)).flat();
  } catch (thrown) {
    failed.abort(thrown);
    throw thrown;
  }
}

/**
 * Batches of all requests that are prepared in one turn of the event loop. A batch of 8 patches takes about
 * a millisecond, and so does a turn without work.
 */
const BATCHES_PER_TURN = 4;

/** The last turn that was asked for, and how many more batches may be prepared in it. */
let lastTurn: Promise<void> = Promise.resolve();
let batchesLeft = BATCHES_PER_TURN;

/**
 * Waits for a turn of the event loop in which another batch may be prepared. A timer begins a turn and not
 * an immediate, because Deno polls no socket while there are immediates.
 */
function nextTurn(): Promise<void> {
  if (batchesLeft === 0) {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setTimeout(resolve)));
    batchesLeft = BATCHES_PER_TURN;
  }
  batchesLeft--;
  return lastTurn;
}
