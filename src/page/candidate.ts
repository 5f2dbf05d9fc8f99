import type { Point } from "../image/region.ts";
import { t } from "./language.ts";
import type { CellClass, Decision, Verdict } from "./review/decision.ts";
import { matchPlaces } from "./review/match_places.ts";

/** A place that the model scored, in pixels of the image. */
export interface Found extends Point {
  readonly id: number;
  /** Probability of a mitosis, 0 to 1. */
  readonly probability: number;
}

/**
 * A place in a field that may show a mitosis, with the person's decision: the model scored it, or the person
 * added it. Positions are in pixels of the image.
 */
export interface Candidate extends Point {
  readonly id: number;
  /** Probability that the model gave, 0 to 1; undefined if the person added the place by hand. */
  readonly probability: number | undefined;
  /** The person's decision, which overrides the threshold. */
  readonly verdict: Verdict;
  readonly cellClass: CellClass | undefined;
  readonly note: string;
  /** The decision that this candidate carries, if any. */
  readonly decision: Decision | undefined;
}

/**
 * Returns whether a candidate counts as a mitosis: the person accepted it, or has not decided and its
 * probability reaches the threshold.
 */
export function isMitosis(
  { probability, verdict }: Pick<Candidate, "probability" | "verdict">,
  threshold: number,
): boolean {
  if (verdict !== "undecided") return verdict === "accepted";
  return probability !== undefined && probability >= threshold;
}

/** Returns the candidates that count as mitoses, in the order of {@linkcode byProbability}. */
export function mitosesOf(candidates: readonly Candidate[], threshold: number): Candidate[] {
  return candidates.filter((candidate) => isMitosis(candidate, threshold)).sort(byProbability);
}

/** Returns the number of candidates that count as mitoses. */
export function countMitoses(candidates: readonly Candidate[], threshold: number): number {
  return candidates.reduce((sum, one) => sum + (isMitosis(one, threshold) ? 1 : 0), 0);
}

/** Compares two candidates for sorting: added by hand first, then by descending probability, then by id. */
export function byProbability(a: Candidate, b: Candidate): number {
  return (b.probability ?? 2) - (a.probability ?? 2) || a.id - b.id;
}

/** Writes a number of mitoses: `1 mitosis`, `3 mitoses`. */
export function formatMitoses(count: number): string {
  return count === 1 ? t("1 mitosis") : t("{count} mitoses", { count });
}

/**
 * Combines what the model found with what the person decided. A decision belongs to the detection nearest
 * to its place. A decision without a detection is a candidate of its own, unless it is only a note. So is a
 * mitosis that was added by hand; the detection of the same cell is left out.
 *
 * @param reach Maximum distance of a decision and its detection, in pixels.
 */
export function candidatesOf(
  found: readonly Found[],
  decisions: readonly Decision[],
  reach: number,
): Candidate[] {
  const matched = matchPlaces(decisions, found, reach);
  const decisionOf = new Map([...matched].map(([decision, { id }]) => [id, decision]));
  const isOwn = (decision: Decision) =>
    isAddedByHand(decision) || !matched.has(decision) && decision.verdict !== "undecided";
  return [
    ...decisions
      .filter(isOwn)
      .map((decision): Candidate => ({ ...decision, decision })),
    ...found.flatMap(({ id, x, y, probability }): Candidate[] => {
      const decision = decisionOf.get(id);
      if (decision !== undefined && isAddedByHand(decision)) return [];
      const { verdict = "undecided", cellClass, note = "" } = decision ?? {};
      return [{ id, x, y, probability, verdict, cellClass, note, decision }];
    }),
  ];
}

function isAddedByHand({ probability, verdict }: Decision): boolean {
  return probability === undefined && verdict === "accepted";
}

/** Returns detections with ids. One in the same pixel as an earlier one takes over its id. */
export function withIds(
  earlier: readonly Found[],
  detections: readonly Omit<Found, "id">[],
  newId: () => number,
): Found[] {
  const keyOf = ({ x, y }: Point) => `${Math.round(x)},${Math.round(y)}`;
  const ids = new Map(earlier.map((found) => [keyOf(found), found.id]));
  return detections.map(({ x, y, probability }) => {
    return { id: ids.get(keyOf({ x, y })) ?? newId(), x, y, probability };
  });
}
