import type { Mask } from "./mask.ts";
import type { Point } from "./region.ts";

/** A closed line: its first point is not repeated at the end. */
export type Ring = readonly Point[];

/** A polygon: its outline, and its holes. */
export interface Polygon {
  readonly outline: Ring;
  readonly holes: readonly Ring[];
}

/** Directions along the sides of cells: right, down, left, up. */
const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;

/**
 * Outlines the set cells of a mask, along the sides of the cells. Cells that touch only at a corner belong
 * to different polygons.
 *
 * @returns Polygons in pixels of the larger picture. Outlines run clockwise on the screen, holes
 * counterclockwise.
 *
 * @example
 * ```ts
 * import { outlineMask } from "./mask_outline.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const [polygon] = outlineMask({ width: 2, height: 1, cell: 10, data: new Uint8Array([0, 1]) });
 * deepEqual(polygon?.outline, [
 *   { x: 10, y: 0 },
 *   { x: 20, y: 0 },
 *   { x: 20, y: 10 },
 *   { x: 10, y: 10 },
 * ]);
 * ```
 */
export function outlineMask(mask: Mask): Polygon[] {
  const rings = ringsOf(mask);
  const polygons: { outline: Ring; holes: Ring[] }[] = [];
  const ownerOf = new Map<number, { outline: Ring; holes: Ring[] }>();
  const groups = labelGroups(mask);
  for (const { ring, cell } of rings) {
    if (signedArea(ring) < 0) continue;
    const polygon = { outline: ring, holes: [] };
    polygons.push(polygon);
    ownerOf.set(groups[cell] ?? 0, polygon);
  }
  for (const { ring, cell } of rings) {
    if (signedArea(ring) < 0) ownerOf.get(groups[cell] ?? 0)?.holes.push(ring);
  }
  const scale = ({ x, y }: Point) => ({ x: x * mask.cell, y: y * mask.cell });
  return polygons.map(({ outline, holes }) => ({
    outline: outline.map(scale),
    holes: holes.map((hole) => hole.map(scale)),
  }));
}

/** Follows the sides between set and unset cells, with the set cell on the right. */
function ringsOf({ width, height, data }: Mask): { ring: Point[]; cell: number }[] {
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  // Returns whether the side from corner (x, y) in a direction has a set cell on its right and none on its left.
  const isSide = (x: number, y: number, direction: number) => {
    if (direction === 0) return isSet(x, y) && !isSet(x, y - 1);
    if (direction === 1) return isSet(x - 1, y) && !isSet(x, y);
    if (direction === 2) return isSet(x - 1, y - 1) && !isSet(x - 1, y);
    return isSet(x, y - 1) && !isSet(x - 1, y - 1);
  };
  const seen = new Uint8Array((width + 1) * (height + 1));
  const rings: { ring: Point[]; cell: number }[] = [];
  for (let startY = 0; startY < height; startY++) {
    for (let startX = 0; startX < width; startX++) {
      for (const startDirection of [0, 2]) {
        const [cornerX, cornerY] = startDirection === 0
          ? [startX, startY]
          : [startX + 1, startY + 1];
        const isStart = isSide(cornerX, cornerY, startDirection);
        if (!isStart || isSeen(seen, width, cornerX, cornerY, startDirection)) continue;
        const ring: Point[] = [];
        let [x, y, direction] = [cornerX, cornerY, startDirection];
        let previous = -1;
        while (!isSeen(seen, width, x, y, direction)) {
          const at = y * (width + 1) + x;
          seen[at] = (seen[at] ?? 0) | (1 << direction);
          if (direction !== previous) ring.push({ x, y });
          previous = direction;
          const [dx, dy] = STEPS[direction] ?? [0, 0];
          [x, y] = [x + dx, y + dy];
          // Turns right first, to separate cells that touch at a corner.
          const turned = [1, 0, 3].map((turn) => (direction + turn) % 4);
          direction = turned.find((next) => isSide(x, y, next)) ?? direction;
        }
        if (previous === startDirection) ring.shift();
        rings.push({ ring, cell: startY * width + startX });
      }
    }
  }
  return rings;
}

function isSeen(seen: Uint8Array, width: number, x: number, y: number, direction: number) {
  return ((seen[y * (width + 1) + x] ?? 0) & (1 << direction)) !== 0;
}

/** Numbers the groups of set cells that touch at their sides; 0 if no cell is set. */
function labelGroups({ width, height, data }: Mask): Int32Array {
  const labels = new Int32Array(data.length);
  let last = 0;
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== 1 || labels[start] !== 0) continue;
    labels[start] = ++last;
    const group = [start];
    for (let at = group.pop(); at !== undefined; at = group.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      for (const [dx, dy] of STEPS) {
        const next = at + dy * width + dx;
        const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
        if (!isInside || data[next] !== 1 || labels[next] !== 0) continue;
        labels[next] = last;
        group.push(next);
      }
    }
  }
  return labels;
}

/** Returns the area of a ring: above 0 if it runs clockwise on the screen, else below 0. */
export function signedArea(ring: Ring): number {
  return ring.reduce((sum, { x, y }, i) => {
    const next = ring[(i + 1) % ring.length] ?? { x, y };
    return sum + x * next.y - next.x * y;
  }, 0) / 2;
}
