import type { Point, Size } from "../../image/region.ts";

/**
 * The part of a picture in which mitoses are counted. Positions are in pixels; circles and fields have their
 * size in millimeters, so that they keep it when the scale changes.
 */
export type CountingArea =
  | { readonly kind: "circle"; readonly center: Point; readonly areaMm2: number }
  /** Fields of a microscope. */
  | { readonly kind: "fields"; readonly centers: readonly Point[]; readonly diameterMm: number }
  | { readonly kind: "polygon"; readonly points: readonly Point[] };

/** A circle in pixels. */
export interface PixelCircle extends Point {
  readonly radius: number;
}

const UM_PER_MM = 1000;

const UM2_PER_MM2 = 1e6;

/** Rows by which an area is measured where its circles overlap or leave the picture. */
const ROWS = 4000;

/** Returns the circles of an area in pixels; none for a polygon. */
export function circlesOf(area: CountingArea, mpp: number): PixelCircle[] {
  switch (area.kind) {
    case "circle":
      return [{ ...area.center, radius: circleRadiusUm(area.areaMm2) / mpp }];
    case "fields": {
      const radius = area.diameterMm * UM_PER_MM / 2 / mpp;
      return area.centers.map((center) => ({ ...center, radius }));
    }
    case "polygon":
      return [];
  }
}

/** Returns the radius of a circle of this area, in micrometers. */
export function circleRadiusUm(areaMm2: number): number {
  return Math.sqrt(areaMm2 / Math.PI) * UM_PER_MM;
}

/** Returns whether a point lies in an area, its border included. */
export function isInArea(area: CountingArea, { x, y }: Point, mpp: number): boolean {
  if (area.kind === "polygon") return isInPolygon(area.points, { x, y });
  return circlesOf(area, mpp).some((circle) =>
    Math.hypot(circle.x - x, circle.y - y) <= circle.radius * (1 + 1e-8)
  );
}

/**
 * Returns the size of the part of an area that lies in the picture, in mm². Places in several fields are
 * counted once. The area of a polygon must not cross itself.
 *
 * @param picture Size of the picture in pixels.
 * @param mpp Micrometers per pixel.
 */
export function areaInsideMm2(area: CountingArea, picture: Size, mpp: number): number {
  if (area.kind === "polygon") return polygonPixels(area.points) * mpp ** 2 / UM2_PER_MM2;
  const circles = circlesOf(area, mpp);
  const isInside = ({ x, y, radius }: PixelCircle) =>
    x >= radius && y >= radius && x + radius <= picture.width && y + radius <= picture.height;
  const isApart = (a: PixelCircle, i: number) =>
    circles.slice(i + 1).every((b) => Math.hypot(a.x - b.x, a.y - b.y) >= a.radius + b.radius);
  const pixels = circles.every((circle, i) => isInside(circle) && isApart(circle, i))
    ? circles.reduce((sum, { radius }) => sum + Math.PI * radius ** 2, 0)
    : unionPixels(circles, picture);
  return pixels * mpp ** 2 / UM2_PER_MM2;
}

/** Measures the union of circles within a picture row by row, with the width of each row exact. */
function unionPixels(circles: readonly PixelCircle[], { width, height }: Size): number {
  const top = Math.max(0, Math.min(...circles.map(({ y, radius }) => y - radius)));
  const bottom = Math.min(height, Math.max(...circles.map(({ y, radius }) => y + radius)));
  const step = (bottom - top) / ROWS;
  if (!(step > 0)) return 0;
  let pixels = 0;
  for (let row = 0; row < ROWS; row++) {
    const y = top + (row + 0.5) * step;
    const spans = circles.flatMap((circle) => {
      const half2 = circle.radius ** 2 - (circle.y - y) ** 2;
      if (half2 <= 0) return [];
      const half = Math.sqrt(half2);
      return [[Math.max(0, circle.x - half), Math.min(width, circle.x + half)] as const];
    }).sort(([a], [b]) => a - b);
    let reached = 0;
    for (const [left, right] of spans) {
      pixels += Math.max(0, right - Math.max(left, reached)) * step;
      reached = Math.max(reached, right);
    }
  }
  return pixels;
}

/** Returns the area of a polygon in pixels (the shoelace formula). */
function polygonPixels(points: readonly Point[]): number {
  let twice = 0;
  points.forEach(({ x, y }, i) => {
    const next = points[(i + 1) % points.length] ?? { x, y };
    twice += x * next.y - next.x * y;
  });
  return Math.abs(twice) / 2;
}

function isInPolygon(points: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length] ?? a;
    if (a.y > y === b.y > y) return;
    if (x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) inside = !inside;
  });
  return inside;
}

/** Returns the corners of the rectangle with these opposite corners. */
export function rectangleBetween(a: Point, b: Point): Point[] {
  return [{ x: a.x, y: a.y }, { x: b.x, y: a.y }, { x: b.x, y: b.y }, { x: a.x, y: b.y }];
}
