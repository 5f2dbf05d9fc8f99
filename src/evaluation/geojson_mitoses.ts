import { z } from "zod";
import type { Point } from "../image/region.ts";
import { readLabel } from "./label.ts";

const position = z.tuple([z.number(), z.number()], z.number());
const ring = z.array(position).min(3);

const featureSchema = z.object({
  type: z.literal("Feature"),
  geometry: z.discriminatedUnion("type", [
    z.object({ type: z.literal("Point"), coordinates: position }),
    z.object({ type: z.literal("MultiPoint"), coordinates: z.array(position) }),
    z.object({ type: z.literal("LineString"), coordinates: z.array(position) }),
    z.object({ type: z.literal("Polygon"), coordinates: z.array(ring).min(1) }),
    z.object({
      type: z.literal("MultiPolygon"),
      coordinates: z.array(z.array(ring).min(1)).min(1),
    }),
  ]),
  properties: z.object({
    classification: z.union([
      z.string(),
      z.object({ name: z.string().optional(), names: z.array(z.string()).optional() }),
    ]).nullish(),
  }).nullish(),
});

type Feature = z.infer<typeof featureSchema>;

/**
 * Reads the mitoses of a GeoJSON that QuPath exports: a collection of features, a list of them, or one.
 * Reads points, and the centers of the bounding boxes of outlines. Ignores objects of other classes, such as
 * a tumor region.
 *
 * @returns Centers in pixels of the image.
 * @throws {Error} for JSON that is not GeoJSON, or if objects have no class.
 */
export function readGeoJsonMitoses(content: unknown): Point[] {
  const parsed = z.array(featureSchema).safeParse(featuresOf(content));
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new Error(
      `it is not GeoJSON with points and outlines${
        place === "" ? "" : `: look at features.${place}`
      }`,
    );
  }
  const features = parsed.data;
  const unclassified = features.filter((feature) => classOf(feature) === undefined).length;
  if (unclassified > 0) {
    throw new Error(
      `${unclassified} of its ${features.length} objects have no class; give mitoses the class Mitosis and ` +
        "the others another one",
    );
  }
  return features
    .filter((feature) => readLabel(classOf(feature) ?? "") === true)
    .flatMap(pointsOf);
}

function featuresOf(content: unknown): unknown {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  return "features" in content ? content.features : [content];
}

/** Returns the class of an object; of a derived class such as `Mitosis: atypical`, the first part. */
function classOf({ properties }: Feature): string | undefined {
  const classification = properties?.classification;
  const name = typeof classification === "string"
    ? classification
    : classification?.names?.[0] ?? classification?.name;
  const [first] = name?.split(":") ?? [];
  return first === undefined || first.trim() === "" ? undefined : first;
}

function pointsOf({ geometry }: Feature): Point[] {
  switch (geometry.type) {
    case "Point":
      return [toPoint(geometry.coordinates)];
    case "MultiPoint":
      return geometry.coordinates.map(toPoint);
    case "LineString":
      return [centerOf(geometry.coordinates)];
    case "Polygon":
      return [centerOf(geometry.coordinates.flat())];
    case "MultiPolygon":
      return [centerOf(geometry.coordinates.flat(2))];
  }
}

function toPoint([x, y]: readonly [number, number, ...number[]]): Point {
  return { x, y };
}

/** Returns the center of the bounding box of points. */
function centerOf(points: readonly (readonly [number, number, ...number[]])[]): Point {
  const middle = (values: readonly number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return { x: middle(points.map(([x]) => x)), y: middle(points.map(([, y]) => y)) };
}
