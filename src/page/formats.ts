import type { Candidate } from "./review.ts";
/** temporary */
export function toGeoJson(found: readonly Candidate[]): unknown {
  return {
    type: "FeatureCollection",
    features: found.map(({ x, y, probability }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [x, y] },
      properties: { probability },
    })),
  };
}
export function toCsv(found: readonly Candidate[]): string {
  return [
    "x,y,probability",
    ...found.map(({ x, y, probability }) => `${x},${y},${probability ?? ""}`),
  ].join("\n") + "\n";
}
export function toMidog(found: readonly Candidate[]): unknown {
  return {
    type: "Multiple points",
    points: found.map(({ x, y, probability }) => ({
      point: [x, y, 0],
      probability,
      name: "mitotic figure",
    })),
    version: { major: 1, minor: 0 },
  };
}
