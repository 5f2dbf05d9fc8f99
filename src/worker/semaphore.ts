/** Lets a few in at a time; the others wait for their turn. */
export interface Semaphore {
  /** Resolves when it is one's turn; rejects with the signal's reason when that fires before. */
  enter(signal: AbortSignal | undefined): Promise<void>;
  /** To be called once by whoever was let in. */
  leave(): void;
}

/**
 * Makes a semaphore.
 *
 * @param most How many may be inside.
 *
 * @example
 * ```ts
 * import { semaphore } from "./semaphore.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const { enter, leave } = semaphore(1);
 * const order: string[] = [];
 * await enter(undefined);
 * const next = enter(undefined).then(() => order.push("entered"));
 * order.push("left");
 * leave();
 * await next;
 * deepEqual(order, ["left", "entered"]);
 * ```
 */
export function semaphore(most: number): Semaphore {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (inside < most) {
        inside++;
        return;
      }
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      const goAway = () => {
        const at = waiting.indexOf(turn.resolve);
        if (at < 0) return;
        waiting.splice(at, 1);
        turn.reject(signal?.reason);
      };
      signal?.addEventListener("abort", goAway, { once: true });
      try {
        await turn.promise;
      } finally {
        signal?.removeEventListener("abort", goAway);
      }
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) inside--;
      else next();
    },
  };
}
