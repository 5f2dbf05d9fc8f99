import { equal, throws } from "node:assert/strict";
import { Admission } from "../../src/inference/admission.ts";

/** Two inference workers that need 10 ms per image. */
const load = () => ({ alive: 2, waiting: 0, running: 0, msPerPatch: 10 });

Deno.test("a request above the capacity is refused, with the time that the images in progress take", () => {
  const admission = new Admission(400, load);
  const first = admission.acquire(400, 60_000);
  throws(() => admission.acquire(1, 60_000), { code: "overloaded", retryAfterSeconds: 2 });
  first.release();
  equal(admission.acquire(1, 60_000) !== undefined, true);
});

Deno.test("a request that would be scored after its deadline is refused", () => {
  const admission = new Admission(1000, load);
  admission.acquire(100, 60_000);
  throws(() => admission.acquire(1, 499), { code: "overloaded", retryAfterSeconds: 1 });
  admission.acquire(1, 501);
});

Deno.test("a permit can be resized up to the capacity, and a second release has no effect", () => {
  const admission = new Admission(10, load);
  const one = admission.acquire(1, 1000);
  const two = admission.acquire(1, 1000);
  one.resize(9);
  throws(() => two.resize(2), { code: "overloaded" });
  equal(admission.inUse, 10);
  one.release();
  one.release();
  equal(admission.inUse, 1);
});

Deno.test("a request that is larger than the capacity is admitted when it is alone", () => {
  const admission = new Admission(10, load);
  const first = admission.acquire(1, 60_000);
  first.resize(11);
  equal(admission.inUse, 11);
  throws(() => admission.acquire(1, 60_000), { code: "overloaded" });
  first.release();
  admission.acquire(1, 60_000);
  throws(() => admission.acquire(11, 60_000), {
    code: "overloaded",
    message: /has 11 images, and 1 image of other requests .* the limit is 10/,
  });
});
