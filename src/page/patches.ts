import type { Verdict } from "./review/decision.ts";
import type { Patch, State } from "./state.ts";

/** How many patches there are, in total and in each state. */
export interface PatchCounts {
  readonly total: number;
  /** Patches that wait or are being scored. */
  readonly pending: number;
  readonly scored: number;
  /** Patches that show a mitosis, by the person's decision or the threshold. */
  readonly mitoses: number;
  /** Patches that the person decided about. */
  readonly decided: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** Counts the patches by their state. */
export function countPatches({ patches, threshold }: State): PatchCounts {
  const count = (...statuses: Patch["scoring"]["status"][]) =>
    patches.filter(({ scoring }) => statuses.includes(scoring.status)).length;
  return {
    total: patches.length,
    pending: count("waiting", "scoring"),
    scored: count("done"),
    mitoses: patches.filter((patch) => isMitosisPatch(patch, threshold)).length,
    decided: patches.filter((patch) => verdictOf(patch) !== "undecided").length,
    failed: count("failed"),
    cancelled: count("cancelled"),
  };
}

/** Returns the probability of a patch, 0 to 1; undefined unless the patch is scored. */
export function probabilityOf({ scoring }: Patch): number | undefined {
  return scoring.status === "done" ? scoring.probability : undefined;
}

/** Returns what the person decided about a patch. */
export function verdictOf({ review }: Patch): Verdict {
  return review.decisions[0]?.verdict ?? "undecided";
}

/**
 * Returns whether a patch shows a mitosis: the person accepted it, or has not decided and its probability
 * reaches the threshold.
 */
export function isMitosisPatch(patch: Patch, threshold: number): boolean {
  const verdict = verdictOf(patch);
  if (verdict !== "undecided") return verdict === "accepted";
  const probability = probabilityOf(patch);
  return probability !== undefined && probability >= threshold;
}
