/**
 * All values of the response header `Retry-After`, in whole seconds.
 *
 * @module
 */

/** How long a client is asked to wait when the model is not loaded, or the service is stopping. */
export const START_RETRY_AFTER_SECONDS = 2;

/** How long a client is asked to wait when every inference worker is being replaced. */
export const WORKER_RETRY_AFTER_SECONDS = 1;

/** How long a client is asked to wait when too many request bodies are arriving. */
export const BODY_RETRY_AFTER_SECONDS = 2;

/** The longest time that a client of an overloaded service is asked to wait. */
const MAX_RETRY_AFTER_SECONDS = 60;

/**
 * Returns how long a client of an overloaded service is asked to wait: until the work in progress is
 * done, but at least 1 s and at most 60 s. The result is in whole seconds.
 *
 * @param backlog Estimated time to finish the work in progress, in milliseconds.
 *
 * @example
 * ```ts
 * import { overloadRetryAfter } from "./retry_after.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual([0, 2500, 900_000].map(overloadRetryAfter), [1, 3, 60]);
 * ```
 */
export function overloadRetryAfter(backlog: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(backlog / 1000)));
}
