/** A place where the model, or the person, sees a mitosis. Positions are pixels of the image. */
export interface Candidate {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** What the model says, 0 to 1; undefined where a person added the place. */
  readonly probability: number | undefined;
  /** What the person says. */
  review: Review;
}

/** The person's word on a candidate, which goes before the model's. */
export type Review = "undecided" | "accepted" | "rejected";

/** Whether a candidate counts: the person decides, and where they did not, the threshold. */
export function isMitosis({ probability, review }: Candidate, threshold: number): boolean {
  if (review !== "undecided") return review === "accepted";
  return probability !== undefined && probability >= threshold;
}

/** Candidates that count, the likeliest first; those added by hand lead. */
export function mitosesOf(candidates: readonly Candidate[], threshold: number): Candidate[] {
  return candidates.filter((candidate) => isMitosis(candidate, threshold)).sort(likeliestFirst);
}

/** The order of lists: descending probability, then the order in which they came. */
export function likeliestFirst(a: Candidate, b: Candidate): number {
  return (b.probability ?? 2) - (a.probability ?? 2) || a.id - b.id;
}

/**
 * The model's latest detections, with what the person already said of the same places, and the
 * places that the person added.
 */
export function mergeCandidates(
  known: readonly Candidate[],
  detections: readonly { readonly x: number; readonly y: number; readonly probability: number }[],
  newId: () => number,
): Candidate[] {
  const placeOf = ({ x, y }: { x: number; y: number }) => `${Math.round(x)},${Math.round(y)}`;
  const byHand = known.filter(({ probability }) => probability === undefined);
  const before = new Map(known.map((candidate) => [placeOf(candidate), candidate]));
  const found = detections.map(({ x, y, probability }): Candidate => {
    const same = before.get(placeOf({ x, y }));
    return { id: same?.id ?? newId(), x, y, probability, review: same?.review ?? "undecided" };
  });
  return [...byHand, ...found];
}

/** What is said of a field in one line. */
export interface Summary {
  readonly count: number;
  readonly areaMm2: number;
  readonly perMm2: number;
}

/**
 * Counts a field.
 *
 * @param size Pixels across and down.
 * @param mpp Microns per pixel.
 *
 * @example
 * ```ts
 * import { summaryOf } from "./review.ts";
 * import { equal } from "node:assert/strict";
 *
 * const found = [{ id: 0, x: 5, y: 5, probability: 0.9, review: "undecided" as const }];
 * equal(summaryOf(found, 0.5, { width: 4000, height: 4000 }, 0.25).perMm2, 1);
 * ```
 */
export function summaryOf(
  candidates: readonly Candidate[],
  threshold: number,
  size: { readonly width: number; readonly height: number },
  mpp: number,
): Summary {
  const count = candidates.filter((candidate) => isMitosis(candidate, threshold)).length;
  const areaMm2 = size.width * size.height * mpp ** 2 / 1e6;
  return { count, areaMm2, perMm2: count / areaMm2 };
}
