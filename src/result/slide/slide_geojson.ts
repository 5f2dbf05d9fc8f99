import { outlineMask, type Ring } from "../../image/mask_outline.ts";
import { toGeoJson } from "../output/geojson.ts";
import { HOTSPOT_COLOR, TISSUE_COLOR } from "../picture/colors.ts";
import type { Hotspot, SlideResult } from "./slide_result.ts";

/** Corners of the polygon that stands for a circle. */
const CIRCLE_CORNERS = 128;

/**
 * Converts the result of a slide to annotations for QuPath (GeoJSON, RFC 7946): a point for each mitosis, a
 * polygon for each hotspot, and the tissue as one area. Coordinates are pixels of the slide.
 */
export function toSlideGeoJson(result: SlideResult) {
  const points = toGeoJson(result);
  return {
    ...points,
    features: [
      ...tissueFeature(result),
      ...result.hotspots.map(hotspotFeature),
      ...points.features,
    ],
  };
}

function tissueFeature({ tissue, summary }: SlideResult) {
  const polygons = outlineMask(tissue);
  if (polygons.length === 0) return [];
  return [{
    type: "Feature" as const,
    id: "tissue",
    geometry: {
      type: "MultiPolygon" as const,
      coordinates: polygons.map(({ outline, holes }) => [outline, ...holes].map(positions)),
    },
    properties: {
      objectType: "annotation",
      name: "Tissue",
      classification: { name: "Tissue", color: TISSUE_COLOR },
      isLocked: true,
      measurements: {
        "Mitoses": summary.count,
        "Area mm^2": summary.areaMm2,
        "Mitoses per mm^2": summary.perMm2,
      },
    },
  }];
}

function hotspotFeature({ x, y, radius, count, areaMm2, perMm2, tissueShare }: Hotspot, i: number) {
  const corners = Array.from({ length: CIRCLE_CORNERS }, (_, corner) => {
    const angle = 2 * Math.PI * corner / CIRCLE_CORNERS;
    return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
  return {
    type: "Feature" as const,
    id: `hotspot ${i + 1}`,
    geometry: { type: "Polygon" as const, coordinates: [positions(corners)] },
    properties: {
      objectType: "annotation",
      name: i === 0 ? "Hotspot" : `Hotspot, rank ${i + 1}`,
      classification: { name: "Hotspot", color: HOTSPOT_COLOR },
      isLocked: true,
      measurements: {
        "Mitoses": count,
        "Area mm^2": areaMm2,
        "Mitoses per mm^2": perMm2,
        "Tissue share": tissueShare,
      },
    },
  };
}

/** Lists the corners of a ring as GeoJSON does: the first corner again at the end. */
function positions(ring: Ring): [number, number][] {
  const corners = ring.map(({ x, y }): [number, number] => [tenths(x), tenths(y)]);
  return [...corners, ...corners.slice(0, 1)];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
