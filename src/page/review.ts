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
