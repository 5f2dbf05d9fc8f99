import { researchUseOnly } from "../../research_use.ts";
import type { SlideResult } from "./slide_result.ts";

/** Converts the result of a slide to JSON, which names neither the file nor the patient. */
export function toSlideJson(result: SlideResult) {
  const { image, model, threshold, windows, summary, hotspots, score, detections } = result;
  return {
    status: "ok" as const,
    image,
    model,
    threshold,
    windows,
    searched: result.hasRegion ? "region" as const : "tissue" as const,
    summary,
    hotspots: hotspots.map((hotspot) => ({
      ...hotspot,
      xMm: toMm(hotspot.x, image.mpp),
      yMm: toMm(hotspot.y, image.mpp),
    })),
    score,
    detections,
    warnings: result.warnings,
    coverage: result.coverage,
    interval:
      "countInterval is the exact 95 % Poisson interval of the count. It covers chance, not the " +
      "errors of the model; model.quality has those. It is not corrected for the choice of the hotspot by " +
      "its count.",
    note: researchUseOnly,
  };
}

/** Converts pixels to millimeters, rounded to a micrometer. */
export function toMm(pixels: number, mpp: number): number {
  return Number((pixels * mpp / 1000).toFixed(3));
}
