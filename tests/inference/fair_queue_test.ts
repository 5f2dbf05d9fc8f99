import { deepEqual, equal, ok } from "node:assert/strict";
import { FairQueue } from "../../src/inference/fair_queue.ts";

Deno.test("items without an owner are served in the order of arrival", () => {
  const queue = new FairQueue<number>();
  for (let i = 0; i < 5; i++) queue.push(i, 1);
  deepEqual(Array.from({ length: 6 }, () => queue.shift()), [0, 1, 2, 3, 4, undefined]);
});

Deno.test("a large request gets about a quarter of the service while single patches keep arriving", () => {
  const queue = new FairQueue<string>();
  const large = {};
  for (let i = 0; i < 32; i++) queue.push("large", 8, large);
  let inARow = 0;
  let maxInARow = 0;
  let served = 0;
  let left = 32;
  while (left > 0) {
    queue.push("single", 1);
    const item = queue.shift();
    if (item === "large") left--;
    served += item === "large" ? 8 : 1;
    inARow = item === "single" ? 0 : inARow + 1;
    maxInARow = Math.max(maxInARow, inARow);
  }
  ok(maxInARow <= 2, `${maxInARow} batches in a row were served before a single`);
  const share = 32 * 8 / served;
  ok(share > 0.2 && share < 0.7, `the large request had ${share} of the service`);
});

Deno.test("an item that is put back is served next, and a removed item is not served", () => {
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

Deno.test("background work gets about a sixteenth while others keep arriving, and does not count as waiting", () => {
  const queue = new FairQueue<string>();
  const slide = {};
  for (let i = 0; i < 32; i++) queue.push("slide", 8, slide, true);
  equal(queue.waiting, 0);
  let [left, served] = [32, 0];
  while (left > 0) {
    queue.push("single", 1);
    const item = queue.shift();
    if (item === "slide") left--;
    served += item === "slide" ? 8 : 1;
  }
  const share = 32 * 8 / served;
  ok(share > 0.05 && share < 0.12, `background work had ${share} of the service`);
  while (queue.shift() !== undefined);
  equal(queue.waiting, 0);
});
