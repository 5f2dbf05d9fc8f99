/**
 * Calls `cancel` once, when a signal aborts. Each step of a search cancels its work in this way, when
 * `http/deadline.ts` aborts the signal of a request: at its deadline, or when the client disconnects. A field
 * and a slide terminate their Workers, and the pool of inference workers drops the batches that wait.
 *
 * @param cancel Gets the reason of the signal.
 * @returns A function that stops listening to the signal. Call it when the work is done.
 *
 * @example
 * ```ts
 * import { onCancel } from "./cancel.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const controller = new AbortController();
 * const reasons: unknown[] = [];
 * onCancel(controller.signal, (reason) => reasons.push(reason));
 * controller.abort("too late");
 * deepEqual(reasons, ["too late"]);
 * ```
 */
export function onCancel(
  signal: AbortSignal | undefined,
  cancel: (reason: unknown) => void,
): () => void {
  const listener = () => cancel(signal?.reason);
  signal?.addEventListener("abort", listener, { once: true });
  return () => signal?.removeEventListener("abort", listener);
}
