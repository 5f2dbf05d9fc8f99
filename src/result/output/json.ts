import { researchUseOnly } from "../../research_use.ts";
import type { FieldResult } from "../result.ts";
import { scaleWarnings } from "../scale.ts";

/** A result as the service answers it. Detections are in pixels of the image. */
export function toJson({ image, threshold, detections, truncated, summary }: FieldResult) {
  return {
    status: "ok" as const,
    image,
    threshold,
    detections,
    ...(truncated ? { truncated, listed: detections.length } : {}),
    summary,
    warnings: scaleWarnings(image),
    note: researchUseOnly,
  };
}
