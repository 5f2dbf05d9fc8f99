import { deepEqual, equal } from "node:assert/strict";
import {
  cancelSearch,
  completeSearch,
  failSearch,
  isScaleChanged,
  isScaleSure,
  queueSearch,
  refreshCandidates,
  restoreFormerResult,
  showsCandidates,
  startSearch,
  updateSearch,
} from "../../src/page/field_search.ts";
import { NO_REVIEW, type Verdict } from "../../src/page/review/decision.ts";
import type { Scale } from "../../src/page/scale.ts";
import type { Field } from "../../src/page/state.ts";

const fromFile: Scale = { mpp: 0.25, origin: "file", fileMpp: 0.25 };
const entered: Scale = { mpp: 0.5, origin: "request", fileMpp: 0.25 };

function newField(): Field {
  return {
    id: 1,
    name: "field.png",
    file: new Blob(),
    sha256: undefined,
    width: 100,
    height: 100,
    modelMpp: 0.25,
    enteredMpp: undefined,
    search: { status: "waiting" },
    found: [],
    candidates: [],
    revision: 0,
    review: NO_REVIEW,
    isInCase: true,
    formerResult: undefined,
    selected: undefined,
  };
}

/** Returns a field whose search found two candidates, of which the person rejected the second. */
function searchedField(): Field {
  const field = newField();
  startSearch(field);
  completeSearch(field, fromFile, [
    { x: 10, y: 10, probability: 0.9 },
    { x: 50, y: 50, probability: 0.8 },
  ]);
  decide(field, { x: 50, y: 50 }, "rejected", 0.8);
  return field;
}

function decide(
  field: Field,
  { x, y }: { x: number; y: number },
  verdict: Verdict,
  probability: number | undefined,
): void {
  const id = x + 1000;
  const decision = { id, x, y, verdict, cellClass: undefined, note: "", probability };
  field.review = { ...field.review, decisions: [...field.review.decisions, decision] };
  refreshCandidates(field);
}

/** Describes each candidate as `x probability verdict`. */
function listed({ candidates }: Field): string[] {
  return candidates.map(({ x, probability, verdict }) => `${x} ${probability} ${verdict}`);
}

Deno.test("a search that fails or is cancelled leaves no candidates, and all decisions", () => {
  for (
    const end of [(field: Field) => failSearch(field, "The PNG is damaged."), cancelSearch]
  ) {
    const field = searchedField();
    queueSearch(field);
    startSearch(field);
    updateSearch(field, 0.5, [{ x: 10, y: 10, probability: 0.9 }]);
    equal(showsCandidates(field), true);
    end(field);
    deepEqual(field.candidates, []);
    equal(showsCandidates(field), false);
    equal(field.review.decisions.length, 1);
  }
});

Deno.test("decisions are kept by a search at another scale, and matched within 7.5 µm", () => {
  const field = searchedField();
  field.enteredMpp = 0.5;
  equal(isScaleChanged(field), true);
  queueSearch(field);
  deepEqual(listed(field), []);
  startSearch(field);
  deepEqual(listed(field), ["50 0.8 rejected"]);
  // 14 px are 7 µm at 0.5 µm/px; 16 px are 8 µm.
  completeSearch(field, entered, [
    { x: 64, y: 50, probability: 0.6 },
    { x: 34, y: 50, probability: 0.7 },
  ]);
  deepEqual(listed(field), ["64 0.6 rejected", "34 0.7 undecided"]);
  equal(field.formerResult, undefined);
  equal(isScaleChanged(field), false);
});

Deno.test("after a failed new search the former result and its scale can be restored", () => {
  const field = searchedField();
  const before = listed(field);
  field.enteredMpp = 0.5;
  queueSearch(field);
  startSearch(field);
  updateSearch(field, 0.5, [{ x: 70, y: 70, probability: 0.7 }]);
  failSearch(field, "The service does not answer.");
  restoreFormerResult(field);
  deepEqual(listed(field), before);
  deepEqual(field.search, { status: "done", scale: fromFile, isTruncated: false });
  equal(field.enteredMpp, undefined);
});

Deno.test("a mitosis added by hand that a later search finds counts once", () => {
  const field = searchedField();
  decide(field, { x: 20, y: 80 }, "accepted", undefined);
  deepEqual(listed(field), ["20 undefined accepted", "10 0.9 undecided", "50 0.8 rejected"]);
  queueSearch(field);
  startSearch(field);
  completeSearch(field, fromFile, [{ x: 24, y: 80, probability: 0.3 }]);
  deepEqual(listed(field), ["50 0.8 rejected", "20 undefined accepted"]);
});

Deno.test("an assumed scale is sure once it is confirmed, and another one is not", () => {
  const field = newField();
  startSearch(field);
  const assumed: Scale = { mpp: 0.25, origin: "assumed", fileMpp: undefined };
  completeSearch(field, assumed, []);
  equal(isScaleSure(field), false);
  field.review = { ...NO_REVIEW, confirmedMpp: 0.25 };
  equal(isScaleSure(field), true);
  field.review = { ...NO_REVIEW, confirmedMpp: 0.5 };
  equal(isScaleSure(field), false);
});
