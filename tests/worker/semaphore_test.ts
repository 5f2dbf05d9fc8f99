import { deepEqual, equal, rejects } from "node:assert/strict";
import { semaphore } from "../../src/worker/semaphore.ts";

/** Lets everything that can go on go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Acquires for each name in turn and lists those that may start. */
function acquireAll(acquire: () => Promise<void>, names: readonly string[]): string[] {
  const started: string[] = [];
  for (const name of names) acquire().then(() => started.push(name));
  return started;
}

Deno.test("as many tasks start as there are permits, and the others start in order of arrival", async () => {
  const { acquire, release } = semaphore(2);
  const started = acquireAll(acquire, ["a", "b", "c", "d", "e"]);
  await settle();
  deepEqual(started, ["a", "b"]);
  release();
  await settle();
  deepEqual(started, ["a", "b", "c"]);
  release();
  release();
  await settle();
  deepEqual(started, ["a", "b", "c", "d", "e"]);
});

Deno.test("a permit that is released while nobody waits can be acquired again", async () => {
  const { acquire, release } = semaphore(1);
  for (let i = 0; i < 3; i++) {
    await acquire();
    release();
  }
  const started = acquireAll(acquire, ["a", "b"]);
  await settle();
  deepEqual(started, ["a"]);
});

Deno.test("an aborted wait rejects, takes no permit, and leaves other waits alone", async () => {
  const { acquire, release } = semaphore(1);
  await acquire();
  const cancel = new AbortController();
  const started: string[] = [];
  const first = acquire(cancel.signal).then(() => started.push("first"));
  acquire().then(() => started.push("second"));
  const reason = new Error("the client left");
  const rejected = rejects(first, reason);
  cancel.abort(reason);
  await rejected;
  equal(started.length, 0);
  release();
  await settle();
  deepEqual(started, ["second"]);
  acquire().then(() => started.push("third"));
  release();
  await settle();
  deepEqual(started, ["second", "third"]);
});

Deno.test("a signal that has aborted before takes no permit, and one that aborts after the start has no effect", async () => {
  const { acquire, release } = semaphore(1);
  const reason = new Error("too late");
  await rejects(acquire(AbortSignal.abort(reason)), reason);
  const cancel = new AbortController();
  await acquire(cancel.signal);
  let started = false;
  acquire().then(() => started = true);
  cancel.abort(reason);
  await settle();
  equal(started, false);
  release();
  await settle();
  equal(started, true);
});
