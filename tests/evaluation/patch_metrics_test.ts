import { equal, ok } from "node:assert/strict";
import {
  auc,
  patchOperatingPointAt,
  patchOperatingPoints,
} from "../../src/evaluation/patch_metrics.ts";
import { averagePrecision, type ScoredExample } from "../../src/evaluation/precision_recall.ts";

/** The example of scikit-learn's documentation of roc_auc_score and average_precision_score. */
const DOCUMENTED: ScoredExample[] = [
  { probability: 0.1, isMitosis: false },
  { probability: 0.4, isMitosis: false },
  { probability: 0.35, isMitosis: true },
  { probability: 0.8, isMitosis: true },
];

Deno.test("AUC and average precision are those in scikit-learn's documentation", () => {
  equal(auc(patchOperatingPoints(DOCUMENTED)), 0.75);
  ok(Math.abs(averagePrecision(patchOperatingPoints(DOCUMENTED)) - 0.8333333333) < 1e-9);
});

Deno.test("an operating point includes examples whose probability equals the threshold", () => {
  const { recall, falsePositiveRate, precision, f1 } = patchOperatingPointAt(0.4, DOCUMENTED);
  equal(recall, 0.5);
  equal(falsePositiveRate, 0.5);
  equal(precision, 0.5);
  equal(f1, 0.5);
});

Deno.test("AUC and average precision of a constant model are the share of mitoses, one half", () => {
  const constant = DOCUMENTED.map((scored) => ({ ...scored, probability: 0.5 }));
  equal(auc(patchOperatingPoints(constant)), 0.5);
  equal(averagePrecision(patchOperatingPoints(constant)), 0.5);
});
