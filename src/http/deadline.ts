import { Problem } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** The header with which a client lowers its deadline. */
export const DEADLINE_HEADER = "X-Request-Timeout-Ms";

/**
 * How long a request may take, in milliseconds: the service's own bound, or what the client asks for
 * where that is less.
 *
 * @param asked The value of {@linkcode DEADLINE_HEADER}.
 * @throws {Problem} `request_invalid`.
 */
export function timeAllowed(asked: string | undefined, most: number): number {
  if (asked === undefined) return most;
  if (!/^\d{1,9}$/.test(asked) || Number(asked) === 0) {
    throw new Problem(
      "request_invalid",
      `${DEADLINE_HEADER} is '${
        asked.slice(0, 40)
      }'; it takes a whole number of milliseconds from 1 on.`,
    );
  }
  return Math.min(most, Number(asked));
}

/** A signal that ends a request's work early, and the way to put it away. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Ends the work with this reason, unless it has ended. */
  end(reason: Problem): void;
  /** Forgets timer and client. */
  clear(): void;
}

/** Starts a deadline of so many milliseconds, which also fires when the client leaves. */
export function startDeadline(milliseconds: number, client: AbortSignal, clock: Clock): Deadline {
  const ended = new AbortController();
  const end = (reason: Problem) => ended.abort(reason);
  const leave = () =>
    end(new Problem("client_left", "The client has left before it was answered."));
  const cancel = clock.after(milliseconds, () => {
    end(new Problem("deadline_exceeded", `The answer was not ready after ${milliseconds} ms.`));
  });
  if (client.aborted) leave();
  else client.addEventListener("abort", leave, { once: true });
  return {
    signal: ended.signal,
    end,
    clear() {
      cancel();
      client.removeEventListener("abort", leave);
    },
  };
}
