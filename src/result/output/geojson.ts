import { DETECTION_COLORS } from "../picture/colors.ts";
import type { Place } from "../result.ts";

/**
 * Detections as GeoJSON (RFC 7946) that QuPath opens by dragging it onto the image: one point annotation each,
 * in pixels of the image, with its class and its probability as a measurement.
 */
export function toGeoJson({ detections }: { readonly detections: readonly Place[] }) {
  return {
    type: "FeatureCollection" as const,
    features: detections.map((detection, i) => feature(detection, i)),
  };
}

function feature({ x, y, probability, mitosis }: Place, index: number) {
  return {
    type: "Feature" as const,
    id: index + 1,
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
