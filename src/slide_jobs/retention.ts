/** The result of a search that has ended, and its size. */
export interface KeptResult {
  readonly id: string;
  /** When it ended, as ISO 8601. */
  readonly endedAt: string;
  readonly bytes: number;
}

/** The maximum age and the maximum total size of results. */
export interface RetentionLimits {
  readonly maxBytes: number;
  readonly maxDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Chooses the results to remove: those that are too old, then the oldest ones until the rest fits.
 *
 * @param results All results of searches that have ended.
 * @param otherBytes Size of the files of searches that wait or run. They are never removed.
 * @param now In milliseconds since 1970.
 *
 * @example
 * ```ts
 * import { resultsToRemove } from "./retention.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const results = [
 *   { id: "new", endedAt: "2030-01-09T00:00:00Z", bytes: 5 },
 *   { id: "old", endedAt: "2030-01-08T00:00:00Z", bytes: 5 },
 *   { id: "oldest", endedAt: "2030-01-01T00:00:00Z", bytes: 5 },
 * ];
 * const remove = (maxBytes: number, maxDays: number) =>
 *   resultsToRemove(results, 1, { maxBytes, maxDays }, Date.parse("2030-01-10T00:00:00Z"));
 * deepEqual(remove(100, 5), ["oldest"]);
 * deepEqual(remove(10, 90), ["oldest", "old"]);
 * ```
 */
export function resultsToRemove(
  results: readonly KeptResult[],
  otherBytes: number,
  { maxBytes, maxDays }: RetentionLimits,
  now: number,
): string[] {
  const oldestFirst = results.toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
  let bytes = otherBytes + results.reduce((sum, result) => sum + result.bytes, 0);
  return oldestFirst.filter((result) => {
    const isOld = now - Date.parse(result.endedAt) > maxDays * DAY_MS;
    if (!isOld && bytes <= maxBytes) return false;
    bytes -= result.bytes;
    return true;
  }).map(({ id }) => id);
}
