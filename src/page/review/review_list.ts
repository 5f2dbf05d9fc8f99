import { byProbability, type Candidate, isMitosis } from "../candidate.ts";
import { drawingMpp } from "../field_search.ts";
import type { Field, ReviewFilter, ReviewOrder, State } from "../state.ts";

/** Odds within this factor of the threshold's odds are near it: 0.90 to 0.988 for 0.965. */
const NEAR_FACTOR = 3;

/** Height of the bands in which candidates are sorted from left to right, in micrometers. */
const BAND_UM = 64;

/** Whether a candidate passes each filter. */
const PASSES: Readonly<Record<ReviewFilter, (one: Candidate, threshold: number) => boolean>> = {
  counted: isCountedOrDecided,
  unreviewed: (one, threshold) => one.verdict === "undecided" && isCountedOrDecided(one, threshold),
  near: isNear,
  rejected: ({ verdict }) => verdict === "rejected",
  every: () => true,
};

let kept: { readonly key: string; readonly candidates: readonly Candidate[] } | undefined;

/** Returns the candidates that the gallery shows, in its order. */
export function reviewCandidates(
  field: Field,
  { threshold, reviewFilter, reviewOrder }: State,
): readonly Candidate[] {
  const key = `${field.id} ${field.revision} ${threshold} ${reviewFilter} ${reviewOrder}`;
  if (kept?.key !== key) {
    const candidates = field.candidates
      .filter((candidate) => PASSES[reviewFilter](candidate, threshold))
      .sort(comparison(reviewOrder, field));
    kept = { key, candidates };
  }
  return kept.candidates;
}

/**
 * Returns how many candidates are decided, of how many. Filters by decision do not limit them: then those
 * that count or are decided are meant.
 */
export function reviewProgress(
  field: Field,
  { threshold, reviewFilter }: State,
): { readonly decided: number; readonly total: number } {
  const passes = reviewFilter === "near" || reviewFilter === "every"
    ? PASSES[reviewFilter]
    : PASSES.counted;
  let [decided, total] = [0, 0];
  for (const candidate of field.candidates) {
    if (!passes(candidate, threshold)) continue;
    total++;
    if (candidate.verdict !== "undecided") decided++;
  }
  return { decided, total };
}

function isCountedOrDecided(candidate: Candidate, threshold: number): boolean {
  return candidate.verdict !== "undecided" || isMitosis(candidate, threshold);
}

function isNear({ probability }: Candidate, threshold: number): boolean {
  if (probability === undefined) return false;
  const ratio = probability / (1 - probability) / (threshold / (1 - threshold));
  return ratio >= 1 / NEAR_FACTOR && ratio <= NEAR_FACTOR;
}

function comparison(
  order: ReviewOrder,
  field: Field,
): (a: Candidate, b: Candidate) => number {
  if (order === "probability") return byProbability;
  const band = BAND_UM / drawingMpp(field);
  return (a, b) => Math.floor(a.y / band) - Math.floor(b.y / band) || a.x - b.x || a.id - b.id;
}
