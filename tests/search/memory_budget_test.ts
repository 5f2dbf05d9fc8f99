import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import type { Problem } from "../../src/errors.ts";
import { MemoryBudget } from "../../src/search/memory_budget.ts";

/** A process that may use 800 bytes, of which 200 are for everything but fields. */
const limits = { limitBytes: 1000, maxShare: 0.8, otherBytes: 200 };

const field = (bytes: number) => ({ width: 40, height: 30, bytes });

/** Returns which of the promises have resolved after a moment. */
async function resolvedOf(...promises: readonly Promise<unknown>[]): Promise<boolean[]> {
  await new Promise((resolve) => setTimeout(resolve, 450));
  const pending = Symbol();
  const now = promises.map((promise) => Promise.race([promise, Promise.resolve(pending)]));
  return (await Promise.all(now)).map((value) => value !== pending);
}

Deno.test("a field that never fits is refused at once, naming the limit", async () => {
  const budget = new MemoryBudget({ ...limits, limitBytes: 2e9 }, () => 1);
  await rejects(budget.acquire(field(3e9)), (problem: Problem) => {
    deepEqual([problem.code, problem.status], ["image_too_large", 413]);
    equal(
      problem.message,
      "The image has 40 x 30 pixels; to search it takes 3.00 GB of memory, and the service has " +
        "1.60 GB for fields (MEMORY_LIMIT_BYTES is 2.00 GB). Cut it into parts, or save it with 8 " +
        "bits per sample.",
    );
    return true;
  });
});

Deno.test("fields wait in their order for what others hold, even where it is not used yet", async () => {
  const budget = new MemoryBudget(limits, () => 200);
  const first = budget.acquire(field(400));
  const second = budget.acquire(field(300));
  const third = budget.acquire(field(100));
  deepEqual(await resolvedOf(first, second, third), [true, false, false]);
  const release = await first;
  release();
  release();
  deepEqual(await resolvedOf(second, third), [true, true]);
});

Deno.test("memory that no field holds is waited for a few seconds, then the field gets 429", async () => {
  let resident = 700;
  let gaveBack = 0;
  const budget = new MemoryBudget(limits, () => resident);
  budget.onShortage(() => gaveBack++);
  const waits = budget.acquire(field(200));
  deepEqual(await resolvedOf(waits), [false]);
  equal(gaveBack, 1);
  resident = 500;
  deepEqual(await resolvedOf(waits), [true]);
  (await waits)();
  resident = 700;
  await rejects(budget.acquire(field(200)), (problem: Problem) => {
    deepEqual([problem.code, problem.retryAfterSeconds], ["overloaded", 10]);
    return true;
  });
});

Deno.test("above its share the process refuses a field before it reads its header", () => {
  let resident = 801;
  const budget = new MemoryBudget(limits, () => resident);
  throws(() => budget.check(), /^Problem: The service uses .* Try again in 10 s\.$/);
  resident = 800;
  budget.check();
});

Deno.test("a field whose client left while it waited holds nothing", async () => {
  const budget = new MemoryBudget(limits, () => 200);
  const release = await budget.acquire(field(500));
  const left = new AbortController();
  const waits = budget.acquire(field(500), left.signal);
  left.abort(new Error("left"));
  await rejects(waits, /left/);
  release();
  (await budget.acquire(field(600)))();
});
