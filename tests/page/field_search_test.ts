import { deepEqual, equal } from "node:assert/strict";
import {
  cancelSearch,
  completeSearch,
  failSearch,
  isScaleChanged,
  queueSearch,
  restoreFormerResult,
  showsCandidates,
  startSearch,
  updateSearch,
} from "../../src/page/field_search.ts";
import type { Scale } from "../../src/page/scale.ts";
import type { Field } from "../../src/page/state.ts";

const fromFile: Scale = { mpp: 0.25, origin: "file", fileMpp: 0.25 };
const entered: Scale = { mpp: 0.5, origin: "request", fileMpp: 0.25 };

function newField(): Field {
  return {
    id: 1,
    name: "field.png",
    file: new Blob(),
    width: 100,
    height: 100,
    modelMpp: 0.25,
    enteredMpp: undefined,
    search: { status: "waiting" },
    candidates: [],
    reviewed: [],
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
  const [, second] = field.candidates;
  if (second !== undefined) second.review = "rejected";
  return field;
}

/** Describes each candidate as `x probability review`. */
function listed({ candidates }: Field): string[] {
  return candidates.map(({ x, probability, review }) => `${x} ${probability} ${review}`);
}

Deno.test("a search that fails or is cancelled leaves no candidates", () => {
  for (
    const end of [(field: Field) => failSearch(field, "The PNG is damaged."), cancelSearch]
  ) {
    const field = newField();
    startSearch(field);
    updateSearch(field, 0.5, [{ x: 10, y: 10, probability: 0.9 }]);
    equal(showsCandidates(field), true);
    end(field);
    deepEqual(field.candidates, []);
    equal(showsCandidates(field), false);
  }
});

Deno.test("a new search shows none of the former candidates, but keeps their reviews", () => {
  const field = searchedField();
  field.enteredMpp = 0.5;
  equal(isScaleChanged(field), true);
  queueSearch(field);
  deepEqual(listed(field), []);
  startSearch(field);
  updateSearch(field, 0.5, [{ x: 70, y: 70, probability: 0.7 }]);
  deepEqual(listed(field), ["70 0.7 undecided"]);
  completeSearch(field, entered, [
    { x: 70, y: 70, probability: 0.7 },
    { x: 50, y: 50, probability: 0.6 },
  ]);
  deepEqual(listed(field), ["70 0.7 undecided", "50 0.6 rejected"]);
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
  deepEqual(field.search, { status: "done", scale: fromFile });
  equal(field.enteredMpp, undefined);
});

Deno.test("mitoses added by hand are kept after a failed search, unless they were removed", () => {
  const field = searchedField();
  for (const [id, x] of [[100, 20], [101, 30]] as const) {
    field.candidates.push({ id, x, y: 20, probability: undefined, review: "accepted" });
  }
  queueSearch(field);
  startSearch(field);
  deepEqual(listed(field), ["20 undefined accepted", "30 undefined accepted"]);
  field.candidates = field.candidates.filter(({ id }) => id !== 101);
  failSearch(field, "The service does not answer.");
  queueSearch(field);
  startSearch(field);
  deepEqual(listed(field), ["20 undefined accepted"]);
});
