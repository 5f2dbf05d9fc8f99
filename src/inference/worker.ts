/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { messageOf, Problem } from "../errors.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { openSession, type Session } from "./session.ts";

/** One lane of the pool: a thread with a session of its own, which does what it is told in order. */
let session: Session | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    const [answer, transfer] = await obey(data);
    self.postMessage(answer, transfer);
  } catch (thrown) {
    const code = thrown instanceof Problem ? thrown.code : "internal";
    const answer: FromWorker = { kind: "failed", code, message: messageOf(thrown) };
    self.postMessage(answer);
  }
};

async function obey(message: ToWorker): Promise<[FromWorker, ArrayBuffer[]]> {
  if (message.kind === "open") {
    session = await openSession(message.source);
    return [{ kind: "opened" }, []];
  }
  if (session === undefined) throw new Problem("internal", "The Worker was not opened.");
  const began: FromWorker = { kind: "began" };
  self.postMessage(began);
  const start = performance.now();
  const { dims, data } = await session.run(message.batch);
  const milliseconds = performance.now() - start;
  const own = new Float32Array(data);
  const ran = { maps: { dims, data: own }, milliseconds, memoryBytes: session.memoryBytes() };
  return [{ kind: "ran", ran }, [own.buffer]];
}
