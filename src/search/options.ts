import { z } from "zod";
import type { Manifest } from "../model/manifest.ts";
import type { DetectOptions } from "../result/result.ts";

const flag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

/**
 * What a user may set about a search, as typed in a query or after an option. What is left out is
 * undefined and decided by the model or by the defaults below.
 */
export const detectQuery = z.strictObject({
  threshold: z.coerce.number().min(0).max(1).optional(),
  mpp: z.coerce.number().min(0.05).max(2).optional(),
  tta: z.enum(["1", "8"]).transform((n): 1 | 8 => n === "8" ? 8 : 1).optional(),
  suppression: z.coerce.number().min(0).max(1000).optional(),
  keep: flag.optional(),
  exact: flag.optional(),
  stride: z.coerce.number().int().min(1).max(64).optional(),
});

/** What {@linkcode detectQuery} reads. */
export type DetectQuery = z.infer<typeof detectQuery>;

/** What each option means, for the help and for the API's description. */
export const optionMeanings: Record<keyof DetectQuery, string> = {
  threshold: "A mitosis from this probability on, 0 to 1; default: the model's",
  mpp: "Micrometers per pixel of the image, 0.05 to 2; default: the model's",
  tta: "Orientations of each window that may show a mitosis, 1 or 8; default 1; " +
    "the embedded model answers all eight alike",
  suppression: "Of two detections nearer than this the more probable stays, in um; default 7.5",
  keep: "Give places below the threshold too, marked",
  exact: "Score windows on a fixed grid instead of at candidates: slow",
  stride: "Pixels between windows of the grid, 1 to 64; default 8",
};

/** Of two detections nearer than this the more probable stays, in micrometers: a mitosis' own size. */
export const DEFAULT_SUPPRESSION = 7.5;

/** Pixels between windows of the exact grid. */
export const DEFAULT_STRIDE = 8;

/** Fills in what the user left out. Threshold and resolution are then the model's own. */
export function resolveOptions(
  query: { readonly [Name in keyof DetectQuery]?: DetectQuery[Name] | undefined },
  { threshold, mpp }: Pick<Manifest, "threshold" | "mpp">,
): DetectOptions {
  return {
    threshold: query.threshold ?? threshold,
    mpp: query.mpp ?? mpp,
    tta: query.tta ?? 1,
    suppression: query.suppression ?? DEFAULT_SUPPRESSION,
    keep: query.keep ?? false,
    exact: query.exact ?? false,
    stride: query.stride ?? DEFAULT_STRIDE,
  };
}
