/**
 * Works through items, `count` at a time; when one fails no other is begun.
 *
 * @throws What the first that failed has thrown, once all that were begun have ended.
 */
export async function inLanes<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let failed = false;
  async function lane(): Promise<void> {
    for (const item of left) {
      if (failed) return;
      try {
        await work(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: count }, lane));
  const bad = ended.find((end) => end.status === "rejected");
  if (bad !== undefined) throw bad.reason;
}
