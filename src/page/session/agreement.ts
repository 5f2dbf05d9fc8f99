import type { Decision } from "../review/decision.ts";
import { matchPlaces } from "../review/match_places.ts";

/** Two decisions about one cell that do not agree. */
export interface Difference {
  readonly mine: Decision;
  readonly theirs: Decision;
}

/** How two persons decided about the same cells. */
export interface Agreement {
  /** Cells that both decided about. */
  readonly both: number;
  readonly agreed: number;
  /** Cohen's kappa; undefined if both persons gave all cells one and the same verdict, or there are none. */
  readonly kappa: number | undefined;
  readonly differences: readonly Difference[];
  /** Decisions about cells that the other person did not decide about. */
  readonly onlyMine: readonly Decision[];
  readonly onlyTheirs: readonly Decision[];
}

/** The decisions of two persons about one picture. */
export interface DecisionPair {
  readonly mine: readonly Decision[];
  readonly theirs: readonly Decision[];
  /** Maximum distance of two decisions about the same cell, in pixels. */
  readonly reach: number;
}

/**
 * Compares the decisions of two persons: J. Cohen, A coefficient of agreement for nominal scales,
 * Educational and Psychological Measurement 20 (1960) 37-46. Only cells that both decided about count.
 *
 * @example
 * ```ts
 * import { agreementOf } from "./agreement.ts";
 * import { equal } from "node:assert/strict";
 *
 * const decide = (id: number, verdict: "accepted" | "rejected") => {
 *   return { id, x: id * 100, y: 0, verdict, cellClass: undefined, note: "", probability: 0.5 };
 * };
 * const mine = [decide(1, "accepted"), decide(2, "accepted"), decide(3, "rejected"), decide(4, "rejected")];
 * const theirs = [decide(1, "accepted"), decide(2, "rejected"), decide(3, "rejected"), decide(4, "rejected")];
 * equal(agreementOf([{ mine, theirs, reach: 30 }]).kappa, 0.5);
 * ```
 */
export function agreementOf(pictures: readonly DecisionPair[]): Agreement {
  const pairs: Difference[] = [];
  const onlyMine: Decision[] = [];
  const onlyTheirs: Decision[] = [];
  const isDecided = ({ verdict }: Decision) => verdict !== "undecided";
  for (const { mine, theirs, reach } of pictures) {
    const [a, b] = [mine.filter(isDecided), theirs.filter(isDecided)];
    const matched = matchPlaces(a, b, reach);
    const taken = new Set(matched.values());
    pairs.push(...[...matched].map(([mine, theirs]) => ({ mine, theirs })));
    onlyMine.push(...a.filter((decision) => !matched.has(decision)));
    onlyTheirs.push(...b.filter((decision) => !taken.has(decision)));
  }
  const differences = pairs.filter(({ mine, theirs }) => mine.verdict !== theirs.verdict);
  const both = pairs.length;
  const agreed = both - differences.length;
  const share = (whose: "mine" | "theirs") =>
    pairs.filter((pair) => pair[whose].verdict === "accepted").length / both;
  const expected = share("mine") * share("theirs") + (1 - share("mine")) * (1 - share("theirs"));
  const kappa = both === 0 || expected === 1
    ? undefined
    : (agreed / both - expected) / (1 - expected);
  return { both, agreed, kappa, differences, onlyMine, onlyTheirs };
}
