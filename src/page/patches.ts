import type { Patch, State } from "./state.ts";

/** How many patches there are, in total and in each state. */
export interface PatchCounts {
  readonly total: number;
  /** Patches that wait or are being scored. */
  readonly pending: number;
  readonly scored: number;
  /** Scored patches whose probability reaches the threshold. */
  readonly mitoses: number;
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
    failed: count("failed"),
    cancelled: count("cancelled"),
  };
}

/** Returns the probability of a patch, 0 to 1; undefined unless the patch is scored. */
export function probabilityOf({ scoring }: Patch): number | undefined {
  return scoring.status === "done" ? scoring.probability : undefined;
}

/** Returns whether a patch is scored and its probability reaches the threshold. */
export function isMitosisPatch(patch: Patch, threshold: number): boolean {
  const probability = probabilityOf(patch);
  return probability !== undefined && probability >= threshold;
}
