import { researchUseOnly } from "../../research_use.ts";
import { DETECTION_COLORS } from "../picture/colors.ts";
import type { FieldImage, Mark } from "../result.ts";

/** The parts of a result that {@linkcode toGeoJson} converts. */
interface GeoJsonContent {
  readonly image: Pick<FieldImage, "mpp" | "mppOrigin" | "fileMpp">;
  readonly detections: readonly Mark[];
}

/**
 * Converts detections to GeoJSON (RFC 7946). QuPath opens it when the file is dragged onto the
 * image. Each detection is a point annotation in pixels of the image. It has a class, and the
 * probability as a measurement. The scale is in the member `image` beside the features, which
 * GeoJSON readers ignore.
 */
export function toGeoJson({ image: { mpp, mppOrigin, fileMpp }, detections }: GeoJsonContent) {
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
