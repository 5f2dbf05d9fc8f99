import type { Context } from "hono";
import { Problem } from "../errors.ts";
import type { AppDeps, AppEnv } from "./app_context.ts";
import type { Clock } from "./clock.ts";

/** The request header with which a client lowers its deadline, in milliseconds. */
export const TIMEOUT_HEADER = "X-Request-Timeout-Ms";

/**
 * Returns how long a request may take, in milliseconds: the service's limit, or less when the client
 * asks for less.
 *
 * @param requested The value of {@linkcode TIMEOUT_HEADER}.
 * @param maxTimeout The service's limit, in milliseconds.
 * @throws {Problem} `request_invalid` when the header is not a positive whole number.
 */
export function effectiveTimeout(requested: string | undefined, maxTimeout: number): number {
  if (requested === undefined) return maxTimeout;
  if (!/^\d{1,9}$/.test(requested) || Number(requested) === 0) {
    const received = requested.slice(0, 40);
    throw new Problem(
      "request_invalid",
      `${TIMEOUT_HEADER} is '${received}'; it must be a whole number of milliseconds, 1 or more.`,
    );
  }
  return Math.min(maxTimeout, Number(requested));
}

/** A signal that cancels the work of one request. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Aborts the signal with this reason, unless it is aborted already. */
  abort(reason: Problem): void;
  /** Stops the timer and stops watching the client. */
  clear(): void;
}

/**
 * Starts a deadline. Its signal aborts after `milliseconds` with `deadline_exceeded`, with
 * `client_left` when the client disconnects, or with the reason of `stopped`.
 *
 * @param client Aborts when the client disconnects.
 * @param stopped Aborts with a problem when the service stops.
 */
export function startDeadline(
  milliseconds: number,
  client: AbortSignal,
  clock: Clock,
  stopped: AbortSignal,
): Deadline {
  const controller = new AbortController();
  const abort = (reason: Problem) => controller.abort(reason);
  const onDisconnect = () =>
    abort(
      new Problem("client_left", "The client closed the connection before the answer was ready."),
    );
  const cancelTimer = clock.after(milliseconds, () => {
    abort(new Problem("deadline_exceeded", `The answer was not ready after ${milliseconds} ms.`));
  });
  const onStop = () => abort(stopped.reason);
  if (stopped.aborted) onStop();
  else stopped.addEventListener("abort", onStop, { once: true });
  if (client.aborted) onDisconnect();
  else client.addEventListener("abort", onDisconnect, { once: true });
  return {
    signal: controller.signal,
    abort,
    clear() {
      cancelTimer();
      stopped.removeEventListener("abort", onStop);
      client.removeEventListener("abort", onDisconnect);
    },
  };
}

/**
 * Runs a function until the request's deadline, until its client leaves, or until the service stops.
 *
 * @param run What it does after the signal has fired is not waited for.
 * @throws {Problem} the reason of the signal, or what `run` throws.
 */
export async function withDeadline<T>(
  c: Context<AppEnv>,
  { config, clock, stopped }: Pick<AppDeps, "config" | "clock" | "stopped">,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = effectiveTimeout(c.req.header(TIMEOUT_HEADER), config.requestTimeoutMs);
  const { signal, clear } = startDeadline(timeout, c.req.raw.signal, clock, stopped);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([run(signal), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clear();
  }
}
