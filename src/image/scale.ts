/** Resolutions that a slide scanner or microscope camera can have, in microns per pixel. */
const [MIN_MPP, MAX_MPP] = [0.05, 2];

/** Across and down may differ by so much of the larger: no scanner has pixels that are not square. */
const MAX_DIFFERENCE = 0.01;

/** Microns in the units that files count pixels per. */
export const MICRONS_PER = { meter: 1e6, centimeter: 1e4, inch: 25_400 } as const;

/**
 * Returns the resolution that a file declares, where it can be one of a microscope. The 72, 96 or 300
 * dpi that programs write without knowing are 85 to 350 microns per pixel, and not taken.
 *
 * @param across Microns per pixel across.
 * @param down Microns per pixel down.
 * @returns Microns per pixel, 0.05 to 2, or undefined.
 *
 * @example
 * ```ts
 * import { microscopeScale, MICRONS_PER } from "./scale.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(microscopeScale(MICRONS_PER.inch / 50_800, MICRONS_PER.inch / 50_800), 0.5);
 * equal(microscopeScale(MICRONS_PER.inch / 300, MICRONS_PER.inch / 300), undefined);
 * ```
 */
export function microscopeScale(across: number, down: number): number | undefined {
  const mpp = (across + down) / 2;
  if (!(mpp >= MIN_MPP && mpp <= MAX_MPP)) return undefined;
  return Math.abs(across - down) > MAX_DIFFERENCE * Math.max(across, down) ? undefined : mpp;
}
