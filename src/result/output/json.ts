import { researchUseOnly } from "../../research_use.ts";
import type { FieldResult } from "../result.ts";
import { scaleWarnings } from "../scale.ts";

/**
 * Converts a result to the JSON body that the service answers with. Detections are in pixels of the
 * file.
 */
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
