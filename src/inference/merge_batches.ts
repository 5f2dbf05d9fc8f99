import type { PixelBatch, ProbabilityMaps } from "./engine.ts";

/** Returns the computing time of a batch, in units of one patch. */
export function workOf({ work, count }: PixelBatch): number {
  return work ?? count;
}

/**
 * Joins batches of images of one size into one batch, so that the network runs once and one message goes
 * to the Worker and back. A single batch is returned as it is; the pixels of several are copied.
 *
 * @param batches At least one batch. All have the same height and width.
 */
export function mergeBatches(batches: readonly [PixelBatch, ...PixelBatch[]]): PixelBatch {
  const [first] = batches;
  if (batches.length === 1) return first;
  const data = new Uint8Array(batches.reduce((sum, batch) => sum + batch.data.length, 0));
  let at = 0;
  for (const batch of batches) {
    data.set(batch.data, at);
    at += batch.data.length;
  }
  return {
    count: batches.reduce((sum, batch) => sum + batch.count, 0),
    height: first.height,
    width: first.width,
    data,
    work: batches.reduce((sum, batch) => sum + workOf(batch), 0),
  };
}

/**
 * Divides the output for a merged batch into the outputs for its parts.
 *
 * @param maps The network's output for the merged batch, `[sum of counts, ...]`.
 * @param counts Number of images in each part, in the order in which the parts were merged.
 * @returns One output for each part, `[count, ...]`.
 *
 * @example
 * ```ts
 * import { splitMaps } from "./merge_batches.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const maps = { dims: [3, 1], data: new Float32Array([0, 0.5, 1]) };
 * const [first, second] = splitMaps(maps, [1, 2]);
 * deepEqual(first, { dims: [1, 1], data: new Float32Array([0]) });
 * deepEqual(second, { dims: [2, 1], data: new Float32Array([0.5, 1]) });
 * ```
 */
export function splitMaps(maps: ProbabilityMaps, counts: readonly number[]): ProbabilityMaps[] {
  if (counts.length === 1) return [maps];
  const [total = 0, ...shape] = maps.dims;
  const size = maps.data.length / total;
  let from = 0;
  return counts.map((count) => {
    const data = maps.data.slice(from * size, (from + count) * size);
    from += count;
    return { dims: [count, ...shape], data };
  });
}
