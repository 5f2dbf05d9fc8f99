import type { Point } from "../../image/region.ts";

/** A place of a GeoJSON, in pixels of the image, with its class. */
export interface MarkedPlace extends Point {
  readonly isMitosis: boolean;
  /** Whether the page wrote it and nothing was decided about it before or since. */
  readonly isUntouched: boolean;
  readonly note: string;
}

interface Feature {
  readonly geometry?: { readonly type?: string; readonly coordinates?: unknown } | null;
  readonly properties?: {
    readonly classification?: { readonly name?: string; readonly names?: readonly string[] };
    readonly metadata?: { readonly status?: string; readonly note?: string };
  } | null;
}

/**
 * Reads the points of a GeoJSON of QuPath: those of the classes `Mitosis` and `Not mitosis`. An outline
 * counts as the middle of its corners. Other classes are left out.
 *
 * @returns The places, or undefined if the text is no GeoJSON with features.
 */
export function readGeoJson(text: string): MarkedPlace[] | undefined {
  const features = featuresOf(text);
  if (features === undefined) return undefined;
  return features.flatMap(({ geometry, properties }): MarkedPlace[] => {
    const { classification, metadata } = properties ?? {};
    const name = (classification?.name ?? classification?.names?.join(": ") ?? "").toLowerCase();
    const isMitosis = name === "mitosis" || name.startsWith("mitosis:");
    if (!isMitosis && name !== "not mitosis" && name !== "non-mitosis") return [];
    const isUntouched = metadata?.status === "found";
    const note = metadata?.note ?? "";
    return placesOf(geometry?.type, geometry?.coordinates)
      .map((place) => ({ ...place, isMitosis, isUntouched, note }));
  });
}

function featuresOf(text: string): readonly Feature[] | undefined {
  try {
    const json = JSON.parse(text);
    if (Array.isArray(json)) return json;
    if (json?.type === "Feature") return [json];
    return json?.type === "FeatureCollection" && Array.isArray(json.features)
      ? json.features
      : undefined;
  } catch {
    return undefined;
  }
}

function placesOf(type: string | undefined, coordinates: unknown): Point[] {
  const points = pointsIn(coordinates);
  if (type === "Point" || type === "MultiPoint") return points;
  if (points.length === 0) return [];
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return [{ x: middle(points.map(({ x }) => x)), y: middle(points.map(({ y }) => y)) }];
}

/** Lists the positions in nested arrays of coordinates. */
function pointsIn(coordinates: unknown): Point[] {
  if (!Array.isArray(coordinates)) return [];
  const [x, y] = coordinates;
  if (Number.isFinite(x) && Number.isFinite(y)) return [{ x, y }];
  return coordinates.flatMap(pointsIn);
}
