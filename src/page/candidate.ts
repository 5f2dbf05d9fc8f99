/**
 * A place in a field that may show a mitosis: the model scored it, or the person added it. Positions are
 * in pixels of the image.
 */
export interface Candidate {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** Probability that the model gave, 0 to 1; undefined if the person added the place by hand. */
  readonly probability: number | undefined;
  review: Review;
}

/** The person's decision on a candidate, which overrides the threshold. */
export type Review = "undecided" | "accepted" | "rejected";

/**
 * Returns whether a candidate counts as a mitosis: the person accepted it, or has not decided and its
 * probability reaches the threshold.
 */
export function isMitosis({ probability, review }: Candidate, threshold: number): boolean {
  if (review !== "undecided") return review === "accepted";
  return probability !== undefined && probability >= threshold;
}

/** Returns the candidates that count as mitoses, in the order of {@linkcode byProbability}. */
export function mitosesOf(candidates: readonly Candidate[], threshold: number): Candidate[] {
  return candidates.filter((candidate) => isMitosis(candidate, threshold)).sort(byProbability);
}

/** Compares two candidates for sorting: added by hand first, then by descending probability, then by id. */
export function byProbability(a: Candidate, b: Candidate): number {
  return (b.probability ?? 2) - (a.probability ?? 2) || a.id - b.id;
}

/** Writes a number of mitoses: `1 mitosis`, `3 mitoses`. */
export function formatMitoses(count: number): string {
  return `${count} ${count === 1 ? "mitosis" : "mitoses"}`;
}

/**
 * Turns detections into candidates. If a known candidate is in the same pixel as a detection, the new
 * candidate takes over its id and its review. Current candidates that were added by hand stay.
 *
 * @param earlier Reviewed candidates of earlier searches. A current candidate in the same pixel overrides
 * them.
 */
export function mergeCandidates(
  current: readonly Candidate[],
  earlier: readonly Candidate[],
  detections: readonly { readonly x: number; readonly y: number; readonly probability: number }[],
  newId: () => number,
): Candidate[] {
  const byHand = current.filter(({ probability }) => probability === undefined);
  const known = new Map(
    [...earlier, ...current]
      .filter(({ probability }) => probability !== undefined)
      .map((candidate) => [placeOf(candidate), candidate]),
  );
  const found = detections.map(({ x, y, probability }): Candidate => {
    const same = known.get(placeOf({ x, y }));
    return { id: same?.id ?? newId(), x, y, probability, review: same?.review ?? "undecided" };
  });
  return [...byHand, ...found];
}

/**
 * Returns the candidates that the person reviewed or added by hand. A current candidate replaces an
 * earlier one in the same pixel.
 */
export function reviewedCandidates(
  earlier: readonly Candidate[],
  current: readonly Candidate[],
): Candidate[] {
  const places = new Map(
    [...earlier, ...current].map((candidate) => [placeOf(candidate), candidate]),
  );
  return [...places.values()].filter(({ review }) => review !== "undecided");
}

/** Returns a key that is equal for places in the same pixel. */
function placeOf({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${Math.round(x)},${Math.round(y)}`;
}
