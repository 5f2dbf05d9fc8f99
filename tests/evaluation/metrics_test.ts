import { equal, ok } from "node:assert/strict";
import {
  auc,
  averagePrecision,
  curve,
  pointAt,
  type Scored,
} from "../../src/evaluation/metrics.ts";

/** The example of scikit-learn's documentation of roc_auc_score and average_precision_score. */
const documented: Scored[] = [
  { probability: 0.1, isMitosis: false },
  { probability: 0.4, isMitosis: false },
  { probability: 0.35, isMitosis: true },
  { probability: 0.8, isMitosis: true },
];

Deno.test("areas are those that scikit-learn documents", () => {
  equal(auc(curve(documented)), 0.75);
  ok(Math.abs(averagePrecision(curve(documented)) - 0.8333333333) < 1e-9);
});

Deno.test("rates at a threshold count what reaches it", () => {
  const { sensitivity, falsePositiveRate, precision, f1 } = pointAt(0.4, documented);
  equal(sensitivity, 0.5);
  equal(falsePositiveRate, 0.5);
  equal(precision, 0.5);
  equal(f1, 0.5);
});

Deno.test("a model that says the same of everything has area one half", () => {
  const same = documented.map((scored) => ({ ...scored, probability: 0.5 }));
  equal(auc(curve(same)), 0.5);
  equal(averagePrecision(curve(same)), 0.5);
});
