import { researchUseOnly } from "../../research_use.ts";
import type { FieldResult } from "../result.ts";

/** A result as the service answers it: places are in pixels of the image. */
export function toJson({ image, threshold, detections, summary }: FieldResult) {
  return { status: "ok" as const, image, threshold, detections, summary, note: researchUseOnly };
}
