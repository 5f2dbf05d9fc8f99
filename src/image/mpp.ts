/** Where a resolution comes from: the image file, the user, or neither, so that the model's is assumed. */
export type MppOrigin = "file" | "request" | "assumed";

/** The resolution of a picture, and where it comes from. */
export interface Resolution {
  /** Micrometers per pixel. */
  readonly mpp: number;
  readonly mppOrigin: MppOrigin;
  /** Micrometers per pixel that the file states; absent where it states none. */
  readonly fileMpp?: number;
}

/** The finest and the coarsest resolution that a file can state, in micrometers per pixel. */
const [MIN_MPP, MAX_MPP] = [0.05, 2];

/** A given and a stated resolution that differ by more than this part disagree. */
const MPP_TOLERANCE = 0.1;

/**
 * Returns a resolution that a file states, where it can be that of a microscope's picture. Programs write
 * 72, 96, 150, 300 or 600 dots per inch (353 to 42 um) where they know no resolution; these are ignored.
 *
 * @param x Micrometers per pixel across.
 * @param y The same down. One that differs from `x` by more than 1 % is ignored, since the search needs
 * square pixels.
 */
export function plausibleMpp(x: number, y: number = x): number | undefined {
  const isPlausible = x >= MIN_MPP && x <= MAX_MPP && Math.abs(y / x - 1) <= 0.01;
  return isPlausible ? x : undefined;
}

/**
 * Decides which resolution counts. What the user gives counts before what the file states; where neither
 * says anything, the resolution of the model is assumed.
 *
 * @example
 * ```ts
 * import { resolveMpp } from "./mpp.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(resolveMpp(undefined, 0.5, 0.25), { mpp: 0.5, mppOrigin: "file", fileMpp: 0.5 });
 * deepEqual(resolveMpp(undefined, undefined, 0.25), { mpp: 0.25, mppOrigin: "assumed" });
 * ```
 */
export function resolveMpp(
  requested: number | undefined,
  file: number | undefined,
  assumed: number,
): Resolution {
  const stated = file === undefined ? {} : { fileMpp: file };
  if (requested !== undefined) return { mpp: requested, mppOrigin: "request", ...stated };
  if (file !== undefined) return { mpp: file, mppOrigin: "file", ...stated };
  return { mpp: assumed, mppOrigin: "assumed" };
}

/** Returns whether the resolution that was given and the one that the file states disagree. */
export function mppDisagrees({ mpp, fileMpp }: Resolution): boolean {
  return fileMpp !== undefined && Math.abs(mpp / fileMpp - 1) > MPP_TOLERANCE;
}
