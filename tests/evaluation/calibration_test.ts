import { equal } from "node:assert/strict";
import { calibrationBins, calibrationError } from "../../src/evaluation/calibration.ts";

Deno.test("the calibration error is 0 for true probabilities, and 1 for certain but wrong ones", () => {
  const four = [true, false, false, false].map((isMitosis) => ({ isMitosis, probability: 0.25 }));
  equal(calibrationError(calibrationBins(four)), 0);
  const wrong = [{ probability: 1, isMitosis: false }, { probability: 0, isMitosis: true }];
  equal(calibrationError(calibrationBins(wrong)), 1);
});
