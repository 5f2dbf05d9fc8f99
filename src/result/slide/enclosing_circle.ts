import type { Point } from "../../image/region.ts";
import { seededRandom } from "../../random.ts";

/** A circle, in pixels. */
export interface Circle extends Point {
  readonly radius: number;
}

/** A point may lie this part of the radius outside of its circle, because of rounding. */
const TOLERANCE = 1e-10;

/**
 * Returns the smallest circle around points: E. Welzl, Smallest enclosing disks, New Results and New
 * Trends in Computer Science (1991) 359-370, in its incremental form.
 *
 * @param points At least one.
 *
 * @example
 * ```ts
 * import { enclosingCircle } from "./enclosing_circle.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const corners = [{ x: 0, y: 0 }, { x: 6, y: 0 }, { x: 0, y: 8 }, { x: 6, y: 8 }];
 * deepEqual(enclosingCircle(corners), { x: 3, y: 4, radius: 5 });
 * ```
 */
export function enclosingCircle(points: readonly Point[]): Circle {
  const shuffled = shuffle(points);
  const [first = { x: NaN, y: NaN }] = shuffled;
  let circle: Circle = { x: first.x, y: first.y, radius: 0 };
  shuffled.forEach((p, i) => {
    if (holds(circle, p)) return;
    circle = { x: p.x, y: p.y, radius: 0 };
    const before = shuffled.slice(0, i);
    before.forEach((q, j) => {
      if (holds(circle, q)) return;
      circle = circleOfTwo(p, q);
      for (const s of before.slice(0, j)) if (!holds(circle, s)) circle = circleOfThree(p, q, s);
    });
  });
  return circle;
}

function holds({ x, y, radius }: Circle, point: Point): boolean {
  return Math.hypot(point.x - x, point.y - y) <= radius * (1 + TOLERANCE) + TOLERANCE;
}

function circleOfTwo(a: Point, b: Point): Circle {
  return {
    x: (a.x + b.x) / 2,
    y: (a.y + b.y) / 2,
    radius: Math.hypot(a.x - b.x, a.y - b.y) / 2,
  };
}

/** Returns the circle through three points; if they lie on a line, the circle around all of them. */
function circleOfThree(a: Point, b: Point, c: Point): Circle {
  const [bx, by, cx, cy] = [b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y];
  const cross = 2 * (bx * cy - by * cx);
  if (cross === 0) {
    const pairs = [circleOfTwo(a, b), circleOfTwo(a, c), circleOfTwo(b, c)];
    return pairs.reduce((widest, pair) => pair.radius > widest.radius ? pair : widest);
  }
  const [b2, c2] = [bx * bx + by * by, cx * cx + cy * cy];
  const x = (cy * b2 - by * c2) / cross;
  const y = (bx * c2 - cx * b2) / cross;
  return { x: a.x + x, y: a.y + y, radius: Math.hypot(x, y) };
}

/** Shuffles points, always in the same way. Without it, sorted points would take cubic time. */
function shuffle(points: readonly Point[]): Point[] {
  const random = seededRandom(points.length);
  const shuffled = [...points];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [shuffled[i], shuffled[j]];
    if (a !== undefined && b !== undefined) [shuffled[i], shuffled[j]] = [b, a];
  }
  return shuffled;
}
