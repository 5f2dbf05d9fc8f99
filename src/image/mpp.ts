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

/** Across and down may differ by this part of the larger: the search needs square pixels. */
const MAX_ASYMMETRY = 0.01;

/** Micrometers in the units that files count pixels per. */
export const MICROMETERS_PER = { meter: 1e6, centimeter: 1e4, inch: 25_400 } as const;

/**
 * Returns the resolution that a file states, where it can be that of a microscope. Programs write 72, 96,
 * 150, 300 or 600 dots per inch where they know none; these are 353 to 42 um per pixel and are ignored.
 *
 * @param across Micrometers per pixel across.
 * @param down Micrometers per pixel down.
 * @returns Micrometers per pixel, 0.05 to 2, or undefined.
 *
 * @example
 * ```ts
 * import { MICROMETERS_PER, microscopeMpp } from "./mpp.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(microscopeMpp(MICROMETERS_PER.inch / 50_800, MICROMETERS_PER.inch / 50_800), 0.5);
 * equal(microscopeMpp(MICROMETERS_PER.inch / 300, MICROMETERS_PER.inch / 300), undefined);
 * ```
 */
export function microscopeMpp(across: number, down: number): number | undefined {
  const mpp = (across + down) / 2;
  const isSquare = Math.abs(across - down) <= MAX_ASYMMETRY * Math.max(across, down);
  return isSquare && mpp >= MIN_MPP && mpp <= MAX_MPP ? mpp : undefined;
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
