/**
 * Maps items with an asynchronous function, at most `concurrency` at the same time. When one fails, no
 * further item is started.
 *
 * @returns The results in the order of the items, whichever was ready first.
 * @throws What the first failing call threw, after all calls that were started have ended.
 *
 * @example
 * ```ts
 * import { pooledMap } from "./pooled_map.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const wait = (ms: number) => new Promise<number>((done) => setTimeout(() => done(ms), ms));
 * deepEqual(await pooledMap(2, [20, 1, 2], wait), [20, 1, 2]);
 * ```
 */
export async function pooledMap<Item, Result>(
  concurrency: number,
  items: readonly Item[],
  mapper: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const remaining = items.entries();
  const results: Result[] = [];
  let failed = false;
  async function run(): Promise<void> {
    for (const [index, item] of remaining) {
      if (failed) return;
      try {
        results[index] = await mapper(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  const runs = await Promise.allSettled(Array.from({ length: concurrency }, run));
  const rejected = runs.find((one) => one.status === "rejected");
  if (rejected !== undefined) throw rejected.reason;
  return results;
}
