import { deepEqual, equal, rejects } from "node:assert/strict";
import { pooledMap } from "../../src/worker/pooled_map.ts";

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

Deno.test("the results are in the order of the items, whichever call ends first", async () => {
  const ended: number[] = [];
  const results = await pooledMap(3, [60, 30, 1], async (milliseconds) => {
    await wait(milliseconds);
    ended.push(milliseconds);
    return milliseconds * 2;
  });
  deepEqual(ended, [1, 30, 60]);
  deepEqual(results, [120, 60, 2]);
});

Deno.test("`concurrency` calls run at the same time, and never more", async () => {
  for (const concurrency of [1, 2, 5]) {
    let [running, highest] = [0, 0];
    const items = Array.from({ length: 20 }, (_, i) => i);
    const results = await pooledMap(concurrency, items, async (item) => {
      highest = Math.max(highest, ++running);
      await wait(item % 3);
      running--;
      return item;
    });
    equal(highest, concurrency);
    deepEqual(results, items);
  }
});

Deno.test("no items give no results, and the concurrency may exceed the number of items", async () => {
  deepEqual(await pooledMap(4, [], () => Promise.reject(new Error("called"))), []);
  deepEqual(await pooledMap(9, ["a", "b"], (item) => Promise.resolve(item + item)), ["aa", "bb"]);
});

Deno.test("after a failure no further call starts, and calls in progress end before the error is thrown", async () => {
  const [started, ended]: [number[], number[]] = [[], []];
  const failure = new Error("item 1");
  const mapping = pooledMap(3, [0, 1, 2, 3, 4, 5], async (item) => {
    started.push(item);
    if (item === 1) throw failure;
    await wait(20);
    ended.push(item);
  });
  await rejects(mapping, failure);
  deepEqual(started, [0, 1, 2]);
  deepEqual(ended, [0, 2]);
});

Deno.test("if several calls fail, the error of the first to fail is thrown", async () => {
  const mapping = pooledMap(3, [60, 30, 1], async (milliseconds) => {
    await wait(milliseconds);
    throw new Error(`after ${milliseconds} ms`);
  });
  await rejects(mapping, /after 1 ms/);
});

Deno.test("a mapper that throws synchronously, or throws undefined, makes the whole map fail", async () => {
  const throwsAtOnce = (): Promise<never> => {
    throw new Error("at once");
  };
  await rejects(pooledMap(2, [1, 2], throwsAtOnce), /at once/);
  let rejected = false;
  await pooledMap(2, [1, 2], () => Promise.reject(undefined)).catch(() => rejected = true);
  equal(rejected, true);
});
