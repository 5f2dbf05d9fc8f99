import { equal, throws } from "node:assert/strict";
import { Admission } from "../../src/inference/admission.ts";

/** Two lanes of 10 ms an image. */
const load = () => ({ alive: 2, waiting: 0, running: 0, millisecondsEach: 10 });

Deno.test("beyond the bound it is 429, with the time that what is under way takes", () => {
  const admission = new Admission(400, load);
  const first = admission.enter(400, 60_000);
  throws(() => admission.enter(1, 60_000), { code: "overloaded", retryAfterSeconds: 2 });
  first.leave();
  equal(admission.enter(1, 60_000) !== undefined, true);
});

Deno.test("a request whose turn would come after its deadline is not let in", () => {
  const admission = new Admission(1000, load);
  admission.enter(100, 60_000);
  throws(() => admission.enter(1, 499), { code: "overloaded", retryAfterSeconds: 1 });
  admission.enter(1, 501);
});

Deno.test("a ticket grows with its images, but not over the bound, and is given back once", () => {
  const admission = new Admission(10, load);
  const one = admission.enter(1, 1000);
  const two = admission.enter(1, 1000);
  one.resize(9);
  throws(() => two.resize(2), { code: "overloaded" });
  equal(admission.held, 10);
  one.leave();
  one.leave();
  equal(admission.held, 1);
});

Deno.test("one request that is larger than everything gets in alone", () => {
  const admission = new Admission(10, load);
  admission.enter(1, 60_000).resize(1);
  throws(() => admission.enter(11, 60_000), { code: "overloaded" });
  equal(new Admission(10, load).enter(11, 60_000) !== undefined, true);
});
