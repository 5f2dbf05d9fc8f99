import type { Engine } from "./engine.ts";
import { openSession, type SessionSource } from "./session.ts";

/**
 * Runs batches on this very thread, one after the other, for platforms without Workers. While one
 * runs, nothing else does: a health check waits.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openInProcess(source: SessionSource): Promise<Engine> {
  const session = await openSession(source);
  let last: Promise<unknown> = Promise.resolve();
  return {
    lanes: 1,
    run(batch, { signal } = {}) {
      const turn = last.then(() => {
        signal?.throwIfAborted();
        return session.run(batch);
      });
      last = turn.catch(() => {});
      return turn;
    },
    close: () => session.close(),
  };
}
