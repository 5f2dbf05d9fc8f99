import { deepEqual, equal } from "node:assert/strict";
import {
  type Candidate,
  candidatesOf,
  isMitosis,
  mitosesOf,
  withIds,
} from "../../src/page/candidate.ts";
import type { Decision, Verdict } from "../../src/page/review/decision.ts";

function decide(
  id: number,
  x: number,
  verdict: Verdict,
  probability: number | undefined,
): Decision {
  return { id, x, y: 5, verdict, cellClass: undefined, note: "", probability };
}

function candidate(id: number, probability: number | undefined, verdict: Verdict): Candidate {
  return { ...decide(id, id * 10, verdict, probability), decision: undefined };
}

Deno.test("the person's decision overrides the threshold", () => {
  equal(isMitosis(candidate(1, 0.5, "undecided"), 0.5), true);
  equal(isMitosis(candidate(1, 0.49, "undecided"), 0.5), false);
  equal(isMitosis(candidate(1, 0.1, "accepted"), 0.5), true);
  equal(isMitosis(candidate(1, 0.9, "rejected"), 0.5), false);
  equal(isMitosis(candidate(1, undefined, "accepted"), 1), true);
});

Deno.test("mitoses added by hand come first, then the others by descending probability", () => {
  const all = [
    candidate(1, 0.6, "undecided"),
    candidate(2, 0.9, "undecided"),
    candidate(3, 0.2, "undecided"),
  ];
  const found = mitosesOf([...all, candidate(4, undefined, "accepted")], 0.5);
  deepEqual(found.map(({ id }) => id), [4, 2, 1]);
});

Deno.test("a decision belongs to the nearest detection within reach, and counts no cell twice", () => {
  const found = [
    { id: 1, x: 100, y: 5, probability: 0.6 },
    { id: 2, x: 112, y: 5, probability: 0.7 },
    { id: 3, x: 300, y: 5, probability: 0.8 },
  ];
  const decisions = [
    decide(11, 110, "rejected", 0.9),
    decide(12, 200, "accepted", undefined),
    decide(13, 331, "accepted", 0.4),
    { ...decide(14, 400, "undecided", 0.99), note: "look again" },
    decide(15, 305, "accepted", undefined),
  ];
  const candidates = candidatesOf(found, decisions, 30);
  deepEqual(candidates.map(({ x, probability, verdict }) => [x, probability, verdict]), [
    [200, undefined, "accepted"],
    [331, 0.4, "accepted"],
    [305, undefined, "accepted"],
    [100, 0.6, "undecided"],
    [112, 0.7, "rejected"],
  ]);
  equal(mitosesOf(candidates, 0.5).length, 4);
});

Deno.test("a detection in the pixel of an earlier one keeps its id", () => {
  let next = 10;
  const ids = withIds([{ id: 1, x: 10.2, y: 5, probability: 0.6 }], [
    { x: 10, y: 5, probability: 0.61 },
    { x: 90, y: 5, probability: 0.8 },
  ], () => next++).map(({ id }) => id);
  deepEqual(ids, [1, 10]);
});
