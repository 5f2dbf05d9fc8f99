/**
 * The program of an inference Worker: it opens one session and runs it.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls } from "../worker/worker_proxy.ts";
import { openSession, type Session } from "./session.ts";
import type { InferenceMethods } from "./worker_methods.ts";

/** The arguments of the call `open`, with the network loaded; undefined before that call. */
let opened: { readonly session: Session; readonly runStarted: Int32Array } | undefined;

lowerPriority();
answerCalls<InferenceMethods>(self, {
  async open(source, runStarted) {
    opened = { session: await openSession(source), runStarted };
  },
  async run(batch) {
    if (opened === undefined) throw new Problem("internal", "The Worker has no network yet.");
    const { session, runStarted } = opened;
    Atomics.store(runStarted, 0, 1);
    const start = performance.now();
    const maps = await session.run(batch);
    const milliseconds = performance.now() - start;
    return { maps, milliseconds, memoryBytes: session.memoryBytes() };
  },
});
