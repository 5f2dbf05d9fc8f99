import { deepEqual, equal, ok } from "node:assert/strict";
import { FairQueue } from "../../src/inference/fair_queue.ts";

Deno.test("those that stand alone are served in the order in which they came", () => {
  const queue = new FairQueue<number>();
  for (let i = 0; i < 5; i++) queue.push(i, 1);
  deepEqual(Array.from({ length: 6 }, () => queue.shift()), [0, 1, 2, 3, 4, undefined]);
});

Deno.test("while singles come without end, a large request gets about a quarter, and is done", () => {
  const queue = new FairQueue<string>();
  const large = {};
  for (let i = 0; i < 32; i++) queue.push("large", 8, large);
  let waited = 0;
  let longest = 0;
  let served = 0;
  let left = 32;
  while (left > 0) {
    queue.push("single", 1);
    const item = queue.shift();
    if (item === "large") left--;
    served += item === "large" ? 8 : 1;
    waited = item === "single" ? 0 : waited + 1;
    longest = Math.max(longest, waited);
  }
  ok(longest <= 2, `${longest} batches in a row were served before a single`);
  const share = 32 * 8 / served;
  ok(share > 0.2 && share < 0.7, `the large request had ${share} of the service`);
});

Deno.test("what is put back comes first, and what is taken out does not come", () => {
  const queue = new FairQueue<string>();
  for (const name of ["a", "b", "c"]) queue.push(name, 2);
  queue.putBack("again", 1);
  equal(queue.remove("b"), true);
  equal(queue.remove("b"), false);
  equal(queue.waiting, 5);
  deepEqual([queue.shift(), queue.shift(), queue.shift(), queue.shift()], [
    "again",
    "a",
    "c",
    undefined,
  ]);
});
