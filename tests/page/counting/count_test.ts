import { deepEqual, equal, ok } from "node:assert/strict";
import { caseTotal, countInArea, scoresOf } from "../../../src/page/counting/count.ts";
import { completeSearch, failSearch, refreshCandidates } from "../../../src/page/field_search.ts";
import type { CountingArea } from "../../../src/page/review/counting_area.ts";
import { NO_REVIEW } from "../../../src/page/review/decision.ts";
import type { Field } from "../../../src/page/state.ts";

let lastId = 0;

/** Returns a searched field of 8,000 px at 0.25 µm/px, which is 4 mm², with `count` mitoses in its middle. */
function fieldWith(count: number, area: CountingArea | undefined, sha256?: string): Field {
  const field: Field = {
    id: ++lastId,
    name: `${lastId}.png`,
    file: new Blob(),
    sha256,
    width: 8000,
    height: 8000,
    modelMpp: 0.25,
    enteredMpp: undefined,
    search: { status: "waiting" },
    found: [],
    candidates: [],
    revision: 0,
    review: { ...NO_REVIEW, area },
    isInCase: true,
    formerResult: undefined,
    selected: undefined,
  };
  const found = Array.from({ length: count }, (_, i) => {
    return { x: 4000 + 40 * i, y: 4000, probability: 0.99 };
  });
  // One more in the corner, and one below the threshold.
  const others = [{ x: 10, y: 10, probability: 0.99 }, { x: 4000, y: 5000, probability: 0.2 }];
  completeSearch(field, { mpp: 0.25, origin: "file", fileMpp: 0.25 }, [...found, ...others]);
  return field;
}

const circle: CountingArea = { kind: "circle", center: { x: 4000, y: 4000 }, areaMm2: 2 };

Deno.test("conventions score the same count in 2 mm² by their own bounds", () => {
  // CAP: up to 3 per mm² is 1, from 8 is 3. TUPAC16: fewer than 6 in 2 mm² is 1, more than 10 is 3.
  const expected: [count: number, cap: number, tupac: number][] = [
    [5, 1, 1],
    [6, 1, 2],
    [7, 2, 2],
    [11, 2, 3],
    [16, 3, 3],
  ];
  for (const [count, cap, tupac] of expected) {
    const counted = countInArea(fieldWith(count, circle), 0.965);
    equal(counted?.count, count);
    deepEqual(counted && scoresOf(counted).map(({ name, score }) => [name, score]), [
      ["CAP, per mm²", cap],
      ["TUPAC16, in 2 mm²", tupac],
    ]);
  }
});

Deno.test("the total of a case counts each picture once, and names what has no result", () => {
  const fields = [
    fieldWith(4, circle, "a"),
    fieldWith(5, undefined, "b"),
    fieldWith(5, undefined, "b"),
  ];
  const failed = fieldWith(9, circle, "c");
  failSearch(failed, "The service does not answer.");
  const { total, counted, left, isSure } = caseTotal([...fields, failed], 0.965);
  equal(total?.count, 4 + 6); // The second field is counted whole, with the mitosis in its corner.
  ok(Math.abs((total?.areaMm2 ?? 0) - 6) < 1e-9); // 2 mm² and 4 mm²
  equal(counted.length, 2);
  deepEqual(left, [fields[2], failed]);
  equal(isSure, true);
});

Deno.test("a rejected cell is not counted, and ten whole fields have the rule of fields", () => {
  const centers = Array.from({ length: 10 }, (_, i) => {
    return { x: 500 + 750 * i, y: i % 2 === 0 ? 4000 : 6000 };
  });
  const fields: CountingArea = { kind: "fields", centers, diameterMm: 0.2 };
  const field = fieldWith(0, fields);
  const [first] = centers;
  ok(first);
  completeSearch(field, { mpp: 0.25, origin: "file", fileMpp: 0.25 }, [
    { ...first, probability: 0.99 },
    { x: first.x + 100, y: first.y, probability: 0.99 },
  ]);
  const rejected = { id: 999, ...first, verdict: "rejected", probability: 0.99 } as const;
  const decisions = [{ ...rejected, cellClass: undefined, note: "" }];
  field.review = { ...field.review, decisions };
  refreshCandidates(field);
  const counted = countInArea(field, 0.965);
  equal(counted?.count, 1);
  equal(counted && scoresOf(counted)[1]?.name, "10 fields of 0.2 mm, bounds computed");
});
