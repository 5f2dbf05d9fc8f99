import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { Problem, type ProblemCode } from "../../src/errors.ts";
import {
  forwardMethods,
  transfer,
  type WorkerProxy,
  workerProxy,
} from "../../src/worker/worker_proxy.ts";
import type { TestMethods } from "./test_worker.ts";

/** Runs a test with a real Worker and the messages of its crashes, and ends the Worker. */
async function withWorker(
  run: (proxy: WorkerProxy<TestMethods>, crashes: readonly string[]) => Promise<void>,
): Promise<void> {
  const crashes: string[] = [];
  const url = new URL("./test_worker.ts", import.meta.url);
  const proxy = workerProxy<TestMethods>(new Worker(url, { type: "module" }), (message) => {
    crashes.push(message);
    proxy.terminate(new Error("the Worker crashed"));
  });
  try {
    await run(proxy, crashes);
  } finally {
    proxy.terminate(new Error("the test has ended"));
  }
}

/** Returns a check that an error is a problem with this code and message. */
function problem(code: ProblemCode, message: string) {
  return (thrown: unknown) => {
    ok(thrown instanceof Problem, String(thrown));
    deepEqual([thrown.code, thrown.message], [code, message]);
    return true;
  };
}

Deno.test("each call gets its own result, in whatever order the calls end", () =>
  withWorker(async ({ call, isIdle }) => {
    equal(await call.add(2, 3), 5);
    ok(isIdle());
    const ended: string[] = [];
    const note = (value: string) => ended.push(value);
    const calls = [call.delayed(200, "slow").then(note), call.delayed(1, "quick").then(note)];
    ok(!isIdle());
    await Promise.all(calls);
    deepEqual(ended, ["quick", "slow"]);
    ok(isIdle());
  }));

Deno.test("a problem keeps its code and message; any other failure is internal, in one line", () =>
  withWorker(async ({ call, isIdle }) => {
    await rejects(call.refuse(), problem("image_empty", "The image has 0 bytes; send a PNG file."));
    await rejects(call.fail(), problem("internal", "out of range"));
    ok(isIdle());
    equal(await call.add(1, 1), 2, "the Worker lives on");
  }));

Deno.test("an unknown method is refused, also one that every object inherits", () =>
  withWorker(async ({ call }) => {
    const unknown = call as unknown as Record<string, () => Promise<unknown>>;
    for (const name of ["subtract", "toString", "constructor"]) {
      await rejects(
        async () => await unknown[name]?.(),
        problem("internal", `There is no method '${name}'.`),
      );
    }
  }));

Deno.test("a buffer given to transfer moves to the Worker and back, and other buffers are copied", () =>
  withWorker(async ({ call }) => {
    const [copied, moved] = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6])];
    equal(await call.sum(copied), 6);
    equal(await call.sum(transfer(moved, moved.buffer)), 15);
    deepEqual([copied.length, moved.length], [3, 0]);
    deepEqual([...await call.bytes(false)], [1, 2, 3]);
    equal(await call.lengthOfReturned(), 3);
    deepEqual([...await call.bytes(true)], [1, 2, 3]);
    equal(await call.lengthOfReturned(), 0);
  }));

Deno.test("a value that cannot be cloned makes only its own call fail", () =>
  withWorker(async ({ call, isIdle }, crashes) => {
    const unsendable = (() => 0) as unknown as number;
    await rejects(call.add(unsendable, 1), /could not be cloned/);
    ok(isIdle(), "no answer is awaited for a call that was not sent");
    await rejects(call.unsendable(), (thrown) => {
      ok(thrown instanceof Problem);
      match(thrown.message, /could not be cloned/);
      return thrown.code === "internal";
    });
    equal(await call.add(1, 2), 3);
    deepEqual(crashes, []);
  }));

Deno.test("terminate rejects calls in progress and later calls with its reason", () =>
  withWorker(async (proxy) => {
    const reason = new Error("the client left");
    const underWay = [proxy.call.never(), proxy.call.delayed(60_000, "late")];
    const rejected = Promise.all(underWay.map((call) => rejects(call, reason)));
    proxy.terminate(reason);
    proxy.terminate(new Error("a second reason"));
    await rejected;
    await rejects(proxy.call.add(1, 1), reason);
    ok(!proxy.isIdle());
  }));

Deno.test("a crash outside of a call is reported, and calls in progress reject", () =>
  withWorker(async ({ call }, crashes) => {
    const underWay = rejects(call.never(), /the Worker crashed/);
    await call.crash();
    await underWay;
    equal(crashes.length, 1);
    match(crashes[0] ?? "", /told to crash/);
  }));

Deno.test("forwardMethods forwards only the named methods, with their name and arguments", () => {
  const methods = forwardMethods<Math, "max" | "hypot">(
    ["max", "hypot"],
    (name, args) => `${name}(${args})`,
  );
  deepEqual(Object.keys(methods), ["max", "hypot"]);
  equal(String(methods.max(1, 2, 3)), "max(1,2,3)");
});
