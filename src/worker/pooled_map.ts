/**
 * Maps items with an asynchronous function, at most `concurrency` at the same time. When one fails, no
 * further item is started.
 *
 * @returns The results in the order of the items.
 * @throws The error of the first call that failed, once all calls that were started have ended.
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
  const failures: unknown[] = [];
  async function run(): Promise<void> {
    for (const [index, item] of remaining) {
      if (failures.length > 0) return;
      try {
        results[index] = await mapper(item);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run));
  if (failures.length > 0) throw failures[0];
  return results;
}
