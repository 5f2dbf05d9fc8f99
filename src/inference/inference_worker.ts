/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls } from "../worker/worker_proxy.ts";
import { openSession, type Session } from "./session.ts";
import type { InferenceMethods } from "./worker_methods.ts";

/** The network of this Worker, after it was opened. */
let opened: { readonly session: Session; readonly started: Int32Array } | undefined;

lowerPriority();
answerCalls<InferenceMethods>(self, {
  async open(source, started) {
    opened = { session: await openSession(source), started };
  },
  async run(batch) {
    if (opened === undefined) throw new Problem("internal", "The Worker has no network yet.");
    const { session, started } = opened;
    Atomics.store(started, 0, 1);
    const start = performance.now();
    const maps = await session.run(batch);
    const milliseconds = performance.now() - start;
    return { maps, milliseconds, memoryBytes: session.memoryBytes() };
  },
});
