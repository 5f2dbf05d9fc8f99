/** A place where the model or the person sees a mitosis. Positions are in pixels of the image. */
export interface Candidate {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** Probability by the model, 0 to 1; undefined where the person added the place by hand. */
  readonly probability: number | undefined;
  review: Review;
}

/** The person's decision on a candidate, which overrides the threshold. */
export type Review = "undecided" | "accepted" | "rejected";

/** Returns whether a candidate counts: by the person's decision, or else by the threshold. */
export function isMitosis({ probability, review }: Candidate, threshold: number): boolean {
  if (review !== "undecided") return review === "accepted";
  return probability !== undefined && probability >= threshold;
}

/** Returns the candidates that count, in the order of {@linkcode byProbability}. */
export function mitosesOf(candidates: readonly Candidate[], threshold: number): Candidate[] {
  return candidates.filter((candidate) => isMitosis(candidate, threshold)).sort(byProbability);
}

/** Sorts by descending probability, then by id; candidates added by hand come first. */
export function byProbability(a: Candidate, b: Candidate): number {
  return (b.probability ?? 2) - (a.probability ?? 2) || a.id - b.id;
}

/** Writes a number of mitoses: `1 mitosis`, `3 mitoses`. */
export function formatMitoses(count: number): string {
  return `${count} ${count === 1 ? "mitosis" : "mitoses"}`;
}

/**
 * Makes candidates of detections. A detection at the place of a known candidate keeps its id and its
 * review, and current candidates that were added by hand stay.
 *
 * @param earlier Reviewed candidates of earlier searches; current ones at the same place override them.
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

/** Collects the candidates that the person reviewed; current ones override earlier ones at the same place. */
export function reviewedCandidates(
  earlier: readonly Candidate[],
  current: readonly Candidate[],
): Candidate[] {
  const places = new Map(
    [...earlier, ...current].map((candidate) => [placeOf(candidate), candidate]),
  );
  return [...places.values()].filter(({ review }) => review !== "undecided");
}

function placeOf({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${Math.round(x)},${Math.round(y)}`;
}
