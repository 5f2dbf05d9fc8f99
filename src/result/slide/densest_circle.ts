import type { Point } from "../../image/region.ts";
import { type Circle, enclosingCircle } from "./enclosing_circle.ts";

/** A circle, and the number of points in it or on its border. */
export interface CountedCircle extends Circle {
  readonly count: number;
}

/**
 * A point counts if it lies outside of the circle by at most this part of the radius, because coordinates
 * are rounded.
 */
const TOLERANCE = 1e-8;

/**
 * The range of angles of a point is widened by this at each end, in radians, because angles are rounded. It
 * must be smaller than {@linkcode TOLERANCE}.
 */
const ANGLE_TOLERANCE = 1e-9;

const FULL_TURN = 2 * Math.PI;

/**
 * Finds the circle of a radius with the most points. Then finds the next one, among the circles that do not
 * overlap those already found, and so on.
 *
 * The result is exact: no other circle of the radius has more points. Any circle can be moved, without losing
 * a point, until one of its points lies on its border. So it is enough to turn a circle around each point,
 * and to count the points that enter and leave (an angular sweep). From the second circle on, the positions
 * at which the circle touches those already found are tried as well. At last, each circle is centered on its
 * points. Takes O(n m log m) time, where m is the number of points within twice the radius.
 *
 * @param points In any order; the result does not depend on it.
 * @param radius In pixels.
 * @param howMany Maximum number of circles. There are fewer if no points are left.
 */
export function densestCircles(
  points: readonly Point[],
  radius: number,
  howMany: number,
): CountedCircle[] {
  const circles: CountedCircle[] = [];
  let remaining = points;
  while (circles.length < howMany) {
    const grid = new PointGrid(remaining, 2 * radius * (1 + TOLERANCE));
    const next = densestApart(grid, radius, circles);
    if (next === undefined) break;
    circles.push(next);
    // A point on the border of two circles that touch counts once.
    const inside = new Set(grid.within(next, radius * (1 + TOLERANCE)));
    remaining = remaining.filter((point) => !inside.has(point));
  }
  return circles;
}

/** Finds the circle with the most points whose center is 2 radii or more from other centers. */
function densestApart(
  grid: PointGrid,
  radius: number,
  taken: readonly Point[],
): CountedCircle | undefined {
  let best: CountedCircle | undefined;
  for (const { point, bound } of grid.byBound) {
    if (best !== undefined && bound <= best.count) break;
    const found = sweep(grid, point, radius, taken, best?.count ?? 0);
    if (found !== undefined) best = found;
  }
  for (const center of meetingPoints(taken, 2 * radius)) {
    if (!isApart(center, taken, radius)) continue;
    const count = grid.within(center, radius * (1 + TOLERANCE)).length;
    if (count > (best?.count ?? 0)) best = { ...center, radius, count };
  }
  return best;
}

/**
 * Turns a circle around a point on its border. Returns the position with the most points, or undefined if
 * it has no more than `moreThan`.
 */
function sweep(
  grid: PointGrid,
  pivot: Point,
  radius: number,
  taken: readonly Point[],
  moreThan: number,
): CountedCircle | undefined {
  const near = grid.within(pivot, 2 * radius * (1 + TOLERANCE));
  if (near.length <= moreThan) return undefined;
  /** Points inside at angle 0 that do not enter there: at the pivot, or with a range of angles across 0. */
  let insideAtZero = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { x, y } of near) {
    const distance = Math.hypot(x - pivot.x, y - pivot.y);
    if (distance === 0) {
      insideAtZero++;
      continue;
    }
    const middle = Math.atan2(y - pivot.y, x - pivot.x);
    const half = Math.acos(Math.min(1, distance / (2 * radius))) + ANGLE_TOLERANCE;
    const start = normalizeAngle(middle - half);
    const end = normalizeAngle(middle + half);
    if (start > end) insideAtZero++;
    starts.push(start);
    ends.push(end);
  }
  const sortedStarts = Float64Array.from(starts).sort();
  const sortedEnds = Float64Array.from(ends).sort();
  const centerAt = (angle: number) => ({
    x: pivot.x + radius * Math.cos(angle),
    y: pivot.y + radius * Math.sin(angle),
  });
  let max = moreThan;
  let center: Point | undefined;
  const visit = (angle: number, count: number) => {
    if (count <= max) return;
    const candidate = centerAt(angle);
    if (!isApart(candidate, taken, radius)) return;
    max = count;
    center = candidate;
  };
  let ended = 0;
  visit(0, insideAtZero + countUpTo(sortedStarts, 0));
  sortedStarts.forEach((angle, i) => {
    while (ended < sortedEnds.length && (sortedEnds[ended] as number) < angle) ended++;
    visit(angle, insideAtZero + i + 1 - ended);
  });
  for (const angle of borderAngles(pivot, radius, taken)) {
    visit(angle, insideAtZero + countUpTo(sortedStarts, angle) - countBelow(sortedEnds, angle));
  }
  return center === undefined ? undefined : centered(grid, center, radius, taken);
}

/** Centers a circle on its points, unless it would then overlap one that is taken. */
function centered(
  grid: PointGrid,
  center: Point,
  radius: number,
  taken: readonly Point[],
): CountedCircle {
  const inside = grid.within(center, radius * (1 + TOLERANCE));
  const around = enclosingCircle(inside);
  const { x, y } = isApart(around, taken, radius) ? around : center;
  return { x, y, radius, count: grid.within({ x, y }, radius * (1 + TOLERANCE)).length };
}

function isApart(center: Point, taken: readonly Point[], radius: number): boolean {
  return taken.every(({ x, y }) =>
    Math.hypot(center.x - x, center.y - y) >= 2 * radius * (1 - TOLERANCE)
  );
}

/** Lists the angles at which a circle around a point begins or ends to overlap one that is taken. */
function borderAngles(pivot: Point, radius: number, taken: readonly Point[]): number[] {
  return taken.flatMap(({ x, y }) => {
    const distance = Math.hypot(x - pivot.x, y - pivot.y);
    const cosine = (distance ** 2 - 3 * radius ** 2) / (2 * radius * distance);
    if (!(Math.abs(cosine) <= 1)) return [];
    const middle = Math.atan2(y - pivot.y, x - pivot.x);
    const half = Math.acos(cosine);
    return [normalizeAngle(middle - half), normalizeAngle(middle + half)];
  });
}

/** Lists the points that are at `distance` from two of the centers. */
function meetingPoints(centers: readonly Point[], distance: number): Point[] {
  return centers.flatMap((a, i) =>
    centers.slice(i + 1).flatMap((b) => {
      const half = Math.hypot(b.x - a.x, b.y - a.y) / 2;
      if (half === 0 || half > distance) return [];
      const heightShare = Math.sqrt(distance ** 2 - half ** 2) / (2 * half);
      return [-heightShare, heightShare].map((part) => ({
        x: (a.x + b.x) / 2 - part * (b.y - a.y),
        y: (a.y + b.y) / 2 + part * (b.x - a.x),
      }));
    })
  );
}

/** Returns an angle as 0 to below a full turn. */
function normalizeAngle(angle: number): number {
  const positive = angle < 0 ? angle + FULL_TURN : angle;
  return positive >= FULL_TURN ? positive - FULL_TURN : positive;
}

/** Returns how many of sorted values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns how many of sorted values are below `limit`. */
function countBelow(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Points in a grid of square cells. */
class PointGrid {
  /**
   * Each point with an upper bound for the number of points near it: the points of its cell and of the 8
   * cells around. Sorted by the bound, the largest first; equal ones by y, then x.
   */
  readonly byBound: readonly { readonly point: Point; readonly bound: number }[];

  readonly #side: number;
  readonly #cells: ReadonlyMap<string, readonly Point[]>;

  constructor(points: readonly Point[], side: number) {
    this.#side = side;
    const sorted = points.toSorted((a, b) => a.y - b.y || a.x - b.x);
    this.#cells = Map.groupBy(sorted, ({ x, y }) => this.#key(x, y));
    const bounds = new Map(
      [...this.#cells].map(([key, [first]]) => [key, first === undefined ? 0 : this.#bound(first)]),
    );
    this.byBound = sorted
      .map((point) => ({ point, bound: bounds.get(this.#key(point.x, point.y)) ?? 0 }))
      .sort((a, b) => b.bound - a.bound);
  }

  /** Lists the points within a distance, which is at most a cell's side. */
  within(center: Point, distance: number): Point[] {
    return this.#around(center).flatMap((cell) =>
      cell.filter(({ x, y }) => Math.hypot(x - center.x, y - center.y) <= distance)
    );
  }

  #bound(point: Point): number {
    return this.#around(point).reduce((sum, cell) => sum + cell.length, 0);
  }

  #around({ x, y }: Point): (readonly Point[])[] {
    return [-1, 0, 1].flatMap((row) =>
      [-1, 0, 1].map((column) =>
        this.#cells.get(this.#key(x + column * this.#side, y + row * this.#side)) ?? []
      )
    );
  }

  #key(x: number, y: number): string {
    return `${Math.floor(x / this.#side)},${Math.floor(y / this.#side)}`;
  }
}
