import type { Point } from "../../image/region.ts";
import type { CountingArea } from "./counting_area.ts";

/** What a person decided about a place: it shows a mitosis, or it does not. */
export type Verdict = "undecided" | "accepted" | "rejected";

/** Finer classes that a person can give to a cell, by the verdict that each implies. */
export const CELL_CLASSES = {
  "typical mitosis": "accepted",
  "atypical mitosis": "accepted",
  "apoptosis": "rejected",
  "pyknosis": "rejected",
  "hyperchromatic nucleus": "rejected",
  "artifact": "rejected",
} as const satisfies Record<string, Verdict>;

/** The name of one of {@linkcode CELL_CLASSES}. */
export type CellClass = keyof typeof CELL_CLASSES;

/**
 * A person's decision about a place in a picture. The place is kept in pixels, because a pixel stays on its
 * cell when another scale is entered. Decisions are matched to detections by their distance in micrometers.
 */
export interface Decision extends Point {
  readonly id: number;
  readonly verdict: Verdict;
  readonly cellClass: CellClass | undefined;
  readonly note: string;
  /** Probability of the cell when it was decided, 0 to 1; undefined for a mitosis added by hand. */
  readonly probability: number | undefined;
}

/** Everything that a person decided about one picture. It is never changed in place, so undo can keep it. */
export interface PictureReview {
  readonly decisions: readonly Decision[];
  /** The part of the picture in which mitoses are counted; undefined for all of it. */
  readonly area: CountingArea | undefined;
  /** The assumed scale that the person confirmed, in micrometers per pixel. */
  readonly confirmedMpp: number | undefined;
}

/** The review of a picture about which nothing was decided. */
export const NO_REVIEW: PictureReview = { decisions: [], area: undefined, confirmedMpp: undefined };

/** Returns whether nothing was decided about a picture. */
export function isEmptyReview({ decisions, area, confirmedMpp }: PictureReview): boolean {
  return decisions.length === 0 && area === undefined && confirmedMpp === undefined;
}

/** Returns the decisions with one of them replaced or added, by its id, or left out if it says nothing. */
export function withDecision(
  decisions: readonly Decision[],
  decision: Decision,
): readonly Decision[] {
  const others = decisions.filter(({ id }) => id !== decision.id);
  const { verdict, note, cellClass } = decision;
  const says = verdict !== "undecided" || note !== "" || cellClass !== undefined;
  return says ? [...others, decision] : others;
}
