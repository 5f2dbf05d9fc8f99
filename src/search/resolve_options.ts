import type { Manifest } from "../model/manifest.ts";
import { DEFAULT_STRIDE, DEFAULT_SUPPRESSION, type DetectQuery } from "./options.ts";
import type { DetectOptions } from "../result/result.ts";

/** Fills in what the user left out: threshold and resolution are the model's own. */
export function settleOptions(
  query: { readonly [Name in keyof DetectQuery]?: DetectQuery[Name] | undefined },
  { threshold, micronsPerPixel }: Pick<Manifest, "threshold" | "micronsPerPixel">,
): DetectOptions {
  return {
    threshold: query.threshold ?? threshold,
    mpp: query.mpp ?? micronsPerPixel,
    tta: query.tta ?? 1,
    suppression: query.suppression ?? DEFAULT_SUPPRESSION,
    keep: query.keep ?? false,
    exact: query.exact ?? false,
    stride: query.stride ?? DEFAULT_STRIDE,
  };
}
