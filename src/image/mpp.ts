/** The source of a resolution: the image file, the request, or neither, so that the model's is assumed. */
export type MppOrigin = "file" | "request" | "assumed";

/** The resolution of a picture and its source. */
export interface Resolution {
  /** Micrometers per pixel. */
  readonly mpp: number;
  readonly mppOrigin: MppOrigin;
  /** Micrometers per pixel that the file states; absent if it states none. */
  readonly fileMpp?: number;
}

/** The finest and the coarsest resolution that a file can state, in micrometers per pixel. */
const [MIN_MPP, MAX_MPP] = [0.05, 2];

/** Relative difference above which the requested resolution and that of the file disagree. */
const MPP_TOLERANCE = 0.1;

/** Relative difference allowed between the width and height of a pixel: the search needs square pixels. */
const MAX_ASYMMETRY = 0.01;

/** Micrometers per unit of resolution. */
export const MICROMETERS_PER = { meter: 1e6, centimeter: 1e4, inch: 25_400 } as const;

/**
 * Returns the resolution that a file states, if a microscope can have it. Programs that know no resolution
 * write 72, 96, 150, 300 or 600 dots per inch. These are 353 to 42 micrometers per pixel and are ignored.
 *
 * @param across Width of a pixel in micrometers.
 * @param down Height of a pixel in micrometers.
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
 * Chooses the resolution: that of the request, else that of the file, else that of the model, which is then
 * assumed.
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

/** Returns whether the chosen resolution disagrees with that of the file. */
export function mppDisagrees({ mpp, fileMpp }: Resolution): boolean {
  return fileMpp !== undefined && Math.abs(mpp / fileMpp - 1) > MPP_TOLERANCE;
}
