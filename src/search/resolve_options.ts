import type { Manifest } from "../model/manifest.ts";
import { DEFAULT_STRIDE, DEFAULT_SUPPRESSION, type DetectQuery } from "./options.ts";
import type { DetectOptions } from "../result/result.ts";

/** Fills in what the user left out: threshold and resolution are the model's own. */
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
