import { deepEqual, equal } from "node:assert/strict";
import {
  type Candidate,
  isMitosis,
  mergeCandidates,
  mitosesOf,
  reviewedCandidates,
} from "../../src/page/candidate.ts";

function candidate(
  id: number,
  probability: number | undefined,
  review: Candidate["review"],
): Candidate {
  return { id, x: id * 10, y: 5, probability, review };
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

Deno.test("a later detection at the same place keeps the review", () => {
  const current = [
    candidate(1, 0.6, "rejected"),
    candidate(2, undefined, "accepted"),
    candidate(3, 0.7, "undecided"),
  ];
  let next = 10;
  const merged = mergeCandidates(current, [candidate(9, 0.8, "accepted")], [
    { x: 10, y: 5, probability: 0.61 },
    { x: 90, y: 5, probability: 0.8 },
    { x: 70, y: 5, probability: 0.3 },
  ], () => next++);
  deepEqual(merged, [
    { id: 2, x: 20, y: 5, probability: undefined, review: "accepted" },
    { id: 1, x: 10, y: 5, probability: 0.61, review: "rejected" },
    { id: 9, x: 90, y: 5, probability: 0.8, review: "accepted" },
    { id: 10, x: 70, y: 5, probability: 0.3, review: "undecided" },
  ]);
});

Deno.test("a review that the person took back does not return from an earlier search", () => {
  const earlier = [candidate(1, 0.6, "rejected"), candidate(2, 0.7, "accepted")];
  const kept = reviewedCandidates(earlier, [candidate(1, 0.6, "undecided")]);
  deepEqual(kept, [candidate(2, 0.7, "accepted")]);
});
