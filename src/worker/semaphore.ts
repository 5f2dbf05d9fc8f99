import { onCancel } from "./cancel.ts";

/** Limits how many tasks run at the same time; the others wait in the order in which they came. */
export interface Semaphore {
  /**
   * Resolves when the caller may start. Rejects with the signal's reason if it aborts first.
   */
  acquire(signal?: AbortSignal): Promise<void>;
  /** Lets the next task start. Call it once for each {@linkcode acquire} that resolved. */
  release(): void;
}

/**
 * Creates a semaphore.
 *
 * @param permits How many tasks may run at the same time.
 *
 * @example
 * ```ts
 * import { semaphore } from "./semaphore.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const { acquire, release } = semaphore(1);
 * const order: string[] = [];
 * await acquire();
 * const second = acquire().then(() => order.push("second"));
 * order.push("first");
 * release();
 * await second;
 * deepEqual(order, ["first", "second"]);
 * ```
 */
export function semaphore(permits: number): Semaphore {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async acquire(signal) {
      signal?.throwIfAborted();
      if (running < permits) {
        running++;
        return;
      }
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      const stopListening = onCancel(signal, (reason) => {
        const index = waiting.indexOf(turn.resolve);
        if (index < 0) return;
        waiting.splice(index, 1);
        turn.reject(reason);
      });
      try {
        await turn.promise;
      } finally {
        stopListening();
      }
    },
    release() {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    },
  };
}
