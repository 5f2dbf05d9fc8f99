import { z } from "zod";
import { Problem } from "../errors.ts";
import type { Mask } from "../image/mask.ts";
import type { Point } from "../image/region.ts";

/** The part of a slide to which a search is limited: areas with their holes. */
export interface SearchRegion {
  /**
   * Polygons of closed lines, in pixels of the slide. A point is in a polygon if an odd number of its lines
   * enclose it.
   */
  readonly polygons: readonly (readonly (readonly Point[])[])[];
}

/** Maximum number of lists and features within each other; a collection of collections needs six. */
const MAX_NESTING = 16;

const positionSchema = z.tuple([z.number(), z.number()]).rest(z.number());
const polygonSchema = z.array(z.array(positionSchema).min(4)).min(1);

const geometrySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Polygon"), coordinates: polygonSchema }),
  z.object({ type: z.literal("MultiPolygon"), coordinates: z.array(polygonSchema) }),
]);

/**
 * Reads the areas of a GeoJSON file, as QuPath exports annotations: polygons in pixels of the slide at full
 * resolution. It may be a `FeatureCollection`, one `Feature`, a list of features, or a geometry.
 *
 * @throws {Problem} `region_invalid` for other geometries, for a file without any, and for another format.
 */
export function readRegion(text: string): SearchRegion {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Problem(
      "region_invalid",
      "The region is not JSON; export it from QuPath as GeoJSON.",
    );
  }
  return regionOf(document);
}

/**
 * Reads the areas of a GeoJSON document, as {@linkcode readRegion} does.
 *
 * @throws {Problem} `region_invalid`.
 */
export function regionOf(document: unknown): SearchRegion {
  const polygons = geometriesOf(document, MAX_NESTING).flatMap((geometry) => {
    const read = geometrySchema.safeParse(geometry);
    if (!read.success) throw new Problem("region_invalid", refusal(geometry));
    const { type, coordinates } = read.data;
    return type === "Polygon" ? [coordinates] : coordinates;
  });
  if (polygons.length === 0) {
    throw new Problem(
      "region_invalid",
      "The region has no area; draw one in QuPath and export it.",
    );
  }
  return {
    polygons: polygons.map((rings) =>
      rings.map((ring) => ring.slice(0, -1).map(([x, y]) => ({ x, y })))
    ),
  };
}

function refusal(geometry: unknown): string {
  const type = typeof geometry === "object" && geometry !== null && "type" in geometry
    ? `${geometry.type}`
    : "something else";
  return type === "Polygon" || type === "MultiPolygon"
    ? `A ${type} of the region is not valid: it needs rings of at least four points, each [x, y].`
    : `The region holds a ${type}; it may hold Polygon and MultiPolygon only. Leave the others out ` +
      "when you export it.";
}

function geometriesOf(document: unknown, depth: number): unknown[] {
  if (depth === 0) {
    throw new Problem("region_invalid", "The region is nested too deep to be GeoJSON.");
  }
  if (Array.isArray(document)) return document.flatMap((one) => geometriesOf(one, depth - 1));
  if (typeof document !== "object" || document === null) return [document];
  if ("features" in document) return geometriesOf(document.features, depth - 1);
  if ("geometries" in document) return geometriesOf(document.geometries, depth - 1);
  if ("geometry" in document) return geometriesOf(document.geometry, depth - 1);
  return [document];
}

/** Returns whether a point, in pixels of the slide, lies in a region. */
export function isInRegion({ polygons }: SearchRegion, point: Point): boolean {
  return polygons.some((rings) => rings.filter((ring) => isInRing(ring, point)).length % 2 === 1);
}

function isInRing(ring: readonly Point[], { x, y }: Point): boolean {
  let isInside = false;
  let before = ring.at(-1) ?? { x, y };
  for (const corner of ring) {
    const isCrossed = (corner.y > y) !== (before.y > y) &&
      x < (before.x - corner.x) * (y - corner.y) / (before.y - corner.y) + corner.x;
    if (isCrossed) isInside = !isInside;
    before = corner;
  }
  return isInside;
}

/**
 * Draws a region as a mask: sets the cells whose middle lies in it.
 *
 * @param like A mask with the wanted size and cells.
 */
export function regionMask({ polygons }: SearchRegion, like: Mask): Mask {
  const { width, height, cell } = like;
  const data = new Uint8Array(width * height);
  for (const rings of polygons) {
    for (let row = 0; row < height; row++) {
      const y = (row + 0.5) * cell;
      const crossings = rings.flatMap((ring) => crossingsOf(ring, y)).sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const first = Math.max(0, Math.ceil((crossings[i] ?? 0) / cell - 0.5));
        const end = Math.min(width, Math.ceil((crossings[i + 1] ?? 0) / cell - 0.5));
        if (end > first) data.fill(1, row * width + first, row * width + end);
      }
    }
  }
  return { width, height, cell, data };
}

/**
 * Draws the outlines of a region as a mask: sets the cells that its lines cross, or a neighbor of each.
 *
 * @param like A mask with the wanted size and cells.
 */
export function regionOutlineMask({ polygons }: SearchRegion, like: Mask): Mask {
  const mask = { ...like, data: new Uint8Array(like.width * like.height) };
  for (const ring of polygons.flat()) {
    ring.forEach((corner, i) => drawLine(mask, ring.at(i - 1) ?? corner, corner));
  }
  return mask;
}

/** Sets the cells at points of a line that are half a cell apart. Skips points outside of the mask. */
function drawLine({ width, height, cell, data }: Mask, from: Point, to: Point): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const alongX = partInside(from.x, dx, width * cell);
  const alongY = partInside(from.y, dy, height * cell);
  const [first, last] = [Math.max(alongX[0], alongY[0]), Math.min(alongX[1], alongY[1])];
  if (first > last) return;
  const steps = Math.max(1, Math.ceil((last - first) * Math.hypot(dx, dy) / (cell / 2)));
  for (let step = 0; step <= steps; step++) {
    const part = first + (last - first) * step / steps;
    const column = Math.min(width - 1, Math.max(0, Math.floor((from.x + part * dx) / cell)));
    const row = Math.min(height - 1, Math.max(0, Math.floor((from.y + part * dy) / cell)));
    data[row * width + column] = 1;
  }
}

/** Returns the part of a line, 0 to 1, between 0 and `size` along one axis. If it is empty, first > last. */
function partInside(start: number, change: number, size: number): readonly [number, number] {
  if (change === 0) return start >= 0 && start <= size ? [0, 1] : [1, 0];
  const [a, b] = [-start / change, (size - start) / change];
  return [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
}

/** Lists the x at which the lines of a ring cross the height `y`. */
function crossingsOf(ring: readonly Point[], y: number): number[] {
  return ring.flatMap((corner, i) => {
    const before = ring.at(i - 1) ?? corner;
    if ((corner.y > y) === (before.y > y)) return [];
    return [(before.x - corner.x) * (y - corner.y) / (before.y - corner.y) + corner.x];
  });
}
