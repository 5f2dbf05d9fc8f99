import { deepEqual, equal, ok } from "node:assert/strict";
import {
  bestOperatingPoint,
  bootstrapInterval,
  fieldOperatingPointAt,
  fieldOperatingPoints,
  matchDetections,
} from "../../src/evaluation/field_metrics.ts";
import { averagePrecision } from "../../src/evaluation/precision_recall.ts";
import { seededRandom } from "../../src/random.ts";

const field = matchDetections({
  mitoses: [{ x: 100, y: 100 }, { x: 150, y: 100 }],
  detections: [
    { x: 101, y: 100, probability: 0.9 },
    { x: 99, y: 100, probability: 0.8 },
    { x: 149, y: 100, probability: 0.7 },
    { x: 300, y: 300, probability: 0.1 },
  ],
  areaMm2: 0.5,
}, 30);

Deno.test("a mitosis is matched once, by the most probable detection", () => {
  deepEqual(field.detections.map(({ isMitosis }) => isMitosis), [true, false, true, false]);
});

Deno.test("a pair on both sides of the border counts where its mitosis does", () => {
  const isIncluded = ({ x }: { x: number }) => x >= 32;
  const content = {
    // The first pair has its mitosis inside, the second one outside. The third of each is alone, outside.
    mitoses: [{ x: 34, y: 100 }, { x: 30, y: 300 }, { x: 5, y: 900 }],
    detections: [
      { x: 30, y: 100, probability: 0.9 },
      { x: 34, y: 300, probability: 0.8 },
      { x: 5, y: 500, probability: 0.7 },
      { x: 50, y: 700, probability: 0.6 },
    ],
    areaMm2: 0.5,
  };
  const { detections, mitoses } = matchDetections(content, 10, isIncluded);
  equal(mitoses, 1);
  deepEqual(detections, [
    { probability: 0.9, isMitosis: true },
    { probability: 0.6, isMitosis: false },
  ]);
});

Deno.test("average precision, best F1 and false positives are those calculated by hand", () => {
  const points = fieldOperatingPoints([field]);
  // Precision 1, 1/2, 2/3, 2/4 at recall 1/2, 1/2, 1, 1.
  ok(Math.abs(averagePrecision(points) - (0.5 * 1 + 0.5 * 2 / 3)) < 1e-12);
  const best = bestOperatingPoint(points);
  equal(best?.threshold, 0.7);
  ok(Math.abs((best?.f1 ?? 0) - 0.8) < 1e-12);
  const at = fieldOperatingPointAt(0.75, [field]);
  deepEqual([at.precision, at.recall, at.falsePositivesPerMm2], [0.5, 0.5, 2]);
});

Deno.test("the bootstrap interval contains the metric, and is the same in every run", () => {
  const empty = matchDetections({ mitoses: [{ x: 0, y: 0 }], detections: [], areaMm2: 1 }, 30);
  const recall = (fields: Parameters<typeof fieldOperatingPointAt>[1]) =>
    fieldOperatingPointAt(0.5, fields).recall;
  const fields = [field, field, empty, field, empty];
  const interval = bootstrapInterval(fields, recall, seededRandom(1));
  deepEqual(interval, bootstrapInterval(fields, recall, seededRandom(1)));
  ok(interval[0] < recall(fields) && recall(fields) < interval[1]);
});
