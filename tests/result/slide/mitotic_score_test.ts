import { deepEqual, equal, match } from "node:assert/strict";
import { countInterval } from "../../../src/result/slide/count_interval.ts";
import {
  type CountedArea,
  mitoticScore,
  type ScoreConvention,
  scoreRule,
} from "../../../src/result/slide/mitotic_score.ts";

/** The scores of counts in an area. */
function scores(convention: ScoreConvention, area: CountedArea, counts: readonly number[]) {
  const rule = scoreRule(convention, area);
  return rule && counts.map((count) => mitoticScore(rule, count, area.areaMm2).score);
}

/** Ten fields of a diameter in millimeters. */
function tenFields(diameterMm: number): CountedArea {
  return {
    areaMm2: 10 * Math.PI * (diameterMm / 2) ** 2,
    fields: { diameterMm, count: 10 },
  };
}

Deno.test("CAP's score per mm² is 1 up to 3, 3 from 8 on, and 2 for all between", () => {
  deepEqual(scores("cap", { areaMm2: 1 }, [0, 3, 4, 7, 8]), [1, 1, 2, 2, 3]);
  // 3.5, 7.5 and 8 per mm²: values between 3 and 4, and between 7 and 8, are score 2.
  deepEqual(scores("cap", { areaMm2: 2 }, [6, 7, 15, 16]), [1, 2, 2, 3]);
  match(scoreRule("cap", { areaMm2: 2 })?.text ?? "", /also 3 to 4 and 7 to 8, is score 2/);
});

Deno.test("TUPAC16's score is 1 below 6, 2 from 6 to 10, 3 above, in 2 mm² only", () => {
  deepEqual(scores("tupac", { areaMm2: 2 }, [5, 6, 10, 11]), [1, 2, 2, 3]);
  equal(scores("tupac", { areaMm2: 2.7 }, [5]), undefined);
});

Deno.test("ten fields of 0.59 mm have the published bounds, others computed ones", () => {
  deepEqual(scores("hpf", tenFields(0.59), [9, 10, 19, 20]), [1, 2, 2, 3]);
  equal(scoreRule("hpf", tenFields(0.59))?.computed, false);
  // 10 * pi * 0.275² = 2.376 mm²; times 3 is 7.13, times 8 is 19.01.
  deepEqual(scores("hpf", tenFields(0.55), [7, 8, 19, 20]), [1, 2, 2, 3]);
  equal(scoreRule("hpf", tenFields(0.55))?.computed, true);
  match(scoreRule("hpf", tenFields(0.55))?.text ?? "", /computed as 3 and 8 per mm²/);
  equal(scoreRule("hpf", { areaMm2: 2 }), undefined);
});

Deno.test("the interval of a count is that of Garwood's table", () => {
  const rounded = (count: number) => countInterval(count).map((bound) => bound.toFixed(3));
  deepEqual(rounded(0), ["0.000", "3.689"]);
  deepEqual(rounded(1), ["0.025", "5.572"]);
  deepEqual(rounded(20), ["12.217", "30.888"]);
  deepEqual(rounded(50), ["37.111", "65.919"]);
  // By the chi-square distribution: chi2inv(0.025, 800) / 2 and chi2inv(0.975, 802) / 2.
  const [low, high] = countInterval(400);
  equal(Math.abs(low - 361.76) < 0.05 && Math.abs(high - 441.17) < 0.05, true, `${low} ${high}`);
});
