/**
 * Works through items, `count` at a time; when one fails no other is begun.
 *
 * @returns What came of each item, in the order of the items, whichever was ready first.
 * @throws What the first that failed has thrown, once all that were begun have ended.
 *
 * @example
 * ```ts
 * import { pooledMap } from "./pooled_map.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const slowFirst = (ms: number) => new Promise<number>((done) => setTimeout(() => done(ms), ms));
 * deepEqual(await pooledMap(2, [20, 1, 2], slowFirst), [20, 1, 2]);
 * ```
 */
export async function pooledMap<Item, Result>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const left = items.entries();
  const results: Result[] = [];
  let failed = false;
  async function lane(): Promise<void> {
    for (const [i, item] of left) {
      if (failed) return;
      try {
        results[i] = await work(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: count }, lane));
  const bad = ended.find((end) => end.status === "rejected");
  if (bad !== undefined) throw bad.reason;
  return results;
}
