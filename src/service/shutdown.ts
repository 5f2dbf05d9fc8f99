/** The steps of a shutdown, in their order. */
export interface ShutdownSteps {
  /** Makes readiness answer 503; requests are still accepted. */
  failReadiness(): void;
  /** Refuses new requests; requests in progress continue. */
  refuseRequests(): void;
  /** Stops listening; resolves when every request in progress is answered. */
  finish(): Promise<void>;
  /** Answers the requests in progress with `stopping`. */
  endRequests(): void;
  /** Returns how many requests are in progress. */
  requestsInProgress(): number;
}

/** How long a shutdown takes, in milliseconds. */
export interface ShutdownTimes {
  /** How long requests are accepted while readiness fails, so that load balancers notice. */
  readonly grace: number;
  /** When to give up, counted from the start of the shutdown. */
  readonly timeout: number;
}

/** Maximum time before the timeout at which requests in progress are answered with `stopping`. */
const MAX_ANSWER_MS = 1000;

/**
 * How a shutdown ended: all requests were answered, some could not be answered in time, or a second
 * signal came.
 */
export type ShutdownOutcome = "finished" | "timed out" | "interrupted";

/**
 * Runs the steps of a shutdown, with the grace period after the first. Shortly before the timeout,
 * requests that are still in progress are answered with `stopping`. The shutdown ends at the timeout
 * even if a client does not read its answer.
 *
 * @param interrupted Resolves when the shutdown has to end at once.
 */
export async function shutDown(
  steps: ShutdownSteps,
  { grace, timeout }: ShutdownTimes,
  interrupted: Promise<void>,
): Promise<ShutdownOutcome> {
  steps.failReadiness();
  const finished = (async () => {
    await sleep(grace);
    steps.refuseRequests();
    await steps.finish();
    return "finished" as const;
  })();
  const ended = (async () => {
    const answerTime = Math.min(MAX_ANSWER_MS, timeout / 2);
    await sleep(timeout - answerTime);
    steps.endRequests();
    await sleep(answerTime);
    return steps.requestsInProgress() === 0 ? "finished" as const : "timed out" as const;
  })();
  return await Promise.race([
    finished,
    ended,
    interrupted.then(() => "interrupted" as const),
  ]);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    Deno.unrefTimer(setTimeout(resolve, milliseconds));
  });
}

/** Returns promises that resolve with the first and the second SIGINT or SIGTERM. */
export function stopSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  const onSignal = () => (count++ === 0 ? first : second).resolve();
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return { first: first.promise, second: second.promise };
}
