/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { messageOf, Problem } from "../errors.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { lowerPriority } from "../worker/priority.ts";
import { openSession, type Session } from "./session.ts";

/** One lane of the pool: a thread with a session of its own, which does what it is told in order. */
let session: Session | undefined;
let begun: Int32Array | undefined;
lowerPriority();

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    self.postMessage(await obey(data));
  } catch (thrown) {
    const code = thrown instanceof Problem ? thrown.code : "internal";
    const answer: FromWorker = { kind: "failed", code, message: messageOf(thrown) };
    self.postMessage(answer);
  }
};

async function obey(message: ToWorker): Promise<FromWorker> {
  if (message.kind === "open") {
    begun = message.begun;
    session = await openSession(message.source);
    return { kind: "opened" };
  }
  if (session === undefined || begun === undefined) {
    throw new Problem("internal", "The Worker was not opened.");
  }
  Atomics.store(begun, 0, 1);
  const start = performance.now();
  const maps = await session.run(message.batch);
  const milliseconds = performance.now() - start;
  return { kind: "ran", ran: { maps, milliseconds, memoryBytes: session.memoryBytes() } };
}
