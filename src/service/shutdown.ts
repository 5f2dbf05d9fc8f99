/** What has to be stopped, in this order. */
export interface Stoppable {
  /** Is not ready any more; goes on to answer. */
  leave(): void;
  /** Takes nothing new; goes on with what it has. */
  drain(): void;
  /** Closes the door; resolves when everything is answered. */
  finish(): Promise<void>;
}

/** How long stopping may take, in milliseconds. */
export interface StopTimes {
  /** How long requests are still taken, so that whoever sends them can notice. */
  readonly grace: number;
  /** After this long it ends whatever is under way, counted from the signal. */
  readonly most: number;
}

/** How a stop went: everything was answered, or the time was up, or a second signal came. */
export type StopOutcome = "finished" | "overdue" | "interrupted";

/**
 * Stops in order: not ready, a grace in which everything is still answered, then nothing new, then the
 * door is closed and what is under way is waited for.
 *
 * @param interrupted Resolves when it has to end now.
 */
export async function stop(
  service: Stoppable,
  { grace, most }: StopTimes,
  interrupted: Promise<void>,
): Promise<StopOutcome> {
  service.leave();
  const inOrder = (async () => {
    await pause(grace);
    service.drain();
    await service.finish();
    return "finished" as const;
  })();
  return await Promise.race([
    inOrder,
    pause(most).then(() => "overdue" as const),
    interrupted.then(() => "interrupted" as const),
  ]);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    Deno.unrefTimer(setTimeout(resolve, milliseconds));
  });
}

/** Promises that resolve with the first and with the second signal to stop. */
export function stopSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let seen = 0;
  const onSignal = () => (seen++ === 0 ? first : second).resolve();
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return { first: first.promise, second: second.promise };
}
