/** The names of the conventions for the mitotic score. */
export const scoreConventions = ["cap", "tupac", "hpf"] as const;

/** The name of a convention for the mitotic score. */
export type ScoreConvention = typeof scoreConventions[number];

/** The area in which mitoses are counted: that of a circle, or of several fields of a microscope. */
export interface CountedArea {
  /** Square millimeters. */
  readonly areaMm2: number;
  /** Present if the area is that of fields. */
  readonly fields?: { readonly diameterMm: number; readonly count: number };
}

/** A rule that converts a count to a score of 1 to 3. */
export interface ScoreRule {
  readonly convention: ScoreConvention;
  /** The name, to be shown to people. */
  readonly name: string;
  /** Whether the bounds below are mitoses per square millimeter, or mitoses in the whole area. */
  readonly unit: "perMm2" | "count";
  /** Up to this value the score is 1. */
  readonly maxScore1: number;
  /** From this value on the score is 3; in between it is 2. */
  readonly minScore3: number;
  /** Whether the bounds were computed from 3 and 8 per square millimeter and not taken from a table. */
  readonly computed: boolean;
  /** The rule in words. */
  readonly text: string;
  readonly source: string;
}

/** A score, with the value that the rule was applied to, in the rule's unit. */
export interface ScoredValue {
  readonly score: 1 | 2 | 3;
  readonly value: number;
}

/** A mitotic score, with its rule. */
export interface MitoticScore extends ScoreRule, ScoredValue {
  /**
   * The score of the mitoses per area of tissue, extrapolated to the whole area. Present where so little of the
   * hotspot is tissue that the whole area says little, as on a biopsy.
   */
  readonly byTissue?: ScoredValue;
}

/** The bounds of the score in mitoses per square millimeter. */
const [MAX_SCORE_1_PER_MM2, MIN_SCORE_3_PER_MM2] = [3, 8];

/** The diameter of a field of 0.274 mm², for which a table for ten fields is published. */
const PUBLISHED_DIAMETER_MM = 0.59;

const PUBLISHED_FIELDS = 10;

/** TUPAC16 counts in ten fields, about this area. */
const TUPAC_AREA_MM2 = 2;

const CAP_SOURCE =
  "College of American Pathologists, by HL7 FHIR Breast Cancer (hl7.org/fhir/us/breastcancer)";

/**
 * Returns the rule of a convention for an area, or undefined if the convention does not cover the area.
 *
 * - `cap`: 3 or fewer per mm² are score 1, 8 or more score 3, all between score 2. The density is not
 *   rounded, so that 3.5 and 7.5 are score 2.
 * - `tupac`: fewer than 6 in 2 mm² are score 1, more than 10 score 3.
 * - `hpf`: ten fields of 0.59 mm have the published bounds, fewer than 10 and 20 or more. For other fields
 *   the bounds are 3 and 8 per mm² times the area.
 *
 * @example
 * ```ts
 * import { scoreRule } from "./mitotic_score.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(scoreRule("cap", { areaMm2: 2 })?.minScore3, 8);
 * equal(scoreRule("tupac", { areaMm2: 1 }), undefined);
 * ```
 */
export function scoreRule(convention: ScoreConvention, area: CountedArea): ScoreRule | undefined {
  if (convention === "cap") {
    return {
      convention,
      name: "CAP, per mm²",
      unit: "perMm2",
      maxScore1: MAX_SCORE_1_PER_MM2,
      minScore3: MIN_SCORE_3_PER_MM2,
      computed: false,
      text: "3 or fewer per mm² are score 1, 8 or more per mm² are score 3. The density is not " +
        "rounded: all between, also 3 to 4 and 7 to 8, is score 2.",
      source: CAP_SOURCE,
    };
  }
  if (convention === "tupac") {
    if (Math.abs(area.areaMm2 - TUPAC_AREA_MM2) > 1e-9) return undefined;
    return {
      convention,
      name: "TUPAC16, in 2 mm²",
      unit: "count",
      maxScore1: 5,
      minScore3: 11,
      computed: false,
      text: "Fewer than 6 in 2 mm² are score 1, 6 to 10 are score 2, more than 10 are score 3.",
      source: "TUPAC16 challenge, task 1 (tupac.grand-challenge.org/Tasks-and-Evaluation)",
    };
  }
  return area.fields === undefined ? undefined : fieldRule(area.areaMm2, area.fields);
}

function fieldRule(
  areaMm2: number,
  { diameterMm, count }: { readonly diameterMm: number; readonly count: number },
): ScoreRule {
  const isPublished = count === PUBLISHED_FIELDS && diameterMm === PUBLISHED_DIAMETER_MM;
  const maxScore1 = isPublished ? 9 : Math.floor(MAX_SCORE_1_PER_MM2 * areaMm2);
  const minScore3 = isPublished ? 20 : Math.ceil(MIN_SCORE_3_PER_MM2 * areaMm2);
  const fields = `${count} fields of ${diameterMm} mm`;
  return {
    convention: "hpf",
    name: `${fields}${isPublished ? "" : ", bounds computed"}`,
    unit: "count",
    maxScore1,
    minScore3,
    computed: !isPublished,
    text: `Up to ${maxScore1} in ${fields} are score 1, ${minScore3} or more are score 3. ` +
      (isPublished
        ? "The bounds are published for this field."
        : `The bounds are computed as 3 and 8 per mm² times ${areaMm2.toPrecision(4)} mm²; ` +
          "the tables of CAP and RCPath may differ by one."),
    source: isPublished ? CAP_SOURCE : `Computed from the bounds per mm² of ${CAP_SOURCE}`,
  };
}

/**
 * Returns the score of a count.
 *
 * @param count Mitoses in the area.
 * @param areaMm2 The area in which they were counted.
 */
export function mitoticScore(rule: ScoreRule, count: number, areaMm2: number): MitoticScore {
  const value = rule.unit === "count" ? count : count / areaMm2;
  const score = value <= rule.maxScore1 ? 1 : value < rule.minScore3 ? 2 : 3;
  return { ...rule, score, value };
}

/** Writes a score for people: `2`, or `1 by the area, 2 by its tissue` where they differ. */
export function describeScore({ score, byTissue }: MitoticScore): string {
  if (byTissue === undefined || byTissue.score === score) return String(score);
  return `${score} by the area, ${byTissue.score} by its tissue`;
}
