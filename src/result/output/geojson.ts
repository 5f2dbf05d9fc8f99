import { researchUseOnly } from "../../research_use.ts";
import { DETECTION_COLORS } from "../picture/colors.ts";
import type { FieldImage, Mark } from "../result.ts";

/** What is exported. */
interface Marks {
  readonly image: Pick<FieldImage, "mpp" | "mppOrigin" | "fileMpp">;
  readonly detections: readonly Mark[];
}

/**
 * Writes detections as GeoJSON (RFC 7946), which QuPath opens when the file is dragged onto the image:
 * one point annotation each, in pixels of the image, with its class and its probability as a measurement.
 * The scale stands beside the features, where readers of GeoJSON pass over it.
 */
export function toGeoJson({ image: { mpp, mppOrigin, fileMpp }, detections }: Marks) {
  return {
    type: "FeatureCollection" as const,
    image: { mpp, mppOrigin, ...(fileMpp === undefined ? {} : { fileMpp }) },
    note: researchUseOnly,
    features: detections.map((detection, i) => toFeature(detection, i + 1)),
  };
}

function toFeature({ x, y, probability, mitosis }: Mark, id: number) {
  return {
    type: "Feature" as const,
    id,
    geometry: { type: "Point" as const, coordinates: [x, y] },
    properties: {
      objectType: "annotation",
      name: probability?.toFixed(2) ?? "by hand",
      classification: mitosis
        ? { name: "Mitosis", color: DETECTION_COLORS.mitosis }
        : { name: "Below threshold", color: DETECTION_COLORS.belowThreshold },
      measurements: probability === undefined ? {} : { "Mitosis probability": probability },
    },
  };
}
