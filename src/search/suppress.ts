import type { Place } from "../image/windows.ts";

/** A place, and how probable it is that a mitosis is there. */
export interface ScoredPlace extends Place {
  /** 0 to 1. */
  readonly probability: number;
}

/** More than a field has pixels across. */
const MAX_COLUMNS = 2 ** 26;

/**
 * Non-maximum suppression: goes through the places from the most probable on and keeps those that lie
 * at least `distance` from all that it kept. Of equals the upper, then the left one goes first.
 *
 * @param distance In pixels of the places.
 *
 * @example
 * ```ts
 * import { suppress } from "./suppress.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const weak = { x: 10, y: 0, probability: 0.4 };
 * const strong = { x: 0, y: 0, probability: 0.9 };
 * deepEqual(suppress([weak, strong], 30), [strong]);
 * ```
 */
export function suppress<T extends ScoredPlace>(places: readonly T[], distance: number): T[] {
  const ordered = [...places].sort((a, b) =>
    b.probability - a.probability || a.y - b.y || a.x - b.x
  );
  const kept: T[] = [];
  const cells = new Map<number, T[]>();
  const side = Math.max(distance, 1);
  const cellAt = (column: number, row: number) => row * MAX_COLUMNS + column;
  for (const place of ordered) {
    const column = Math.floor(place.x / side);
    const row = Math.floor(place.y / side);
    const near = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].flatMap((dx) => cells.get(cellAt(column + dx, row + dy)) ?? [])
    );
    if (near.some(({ x, y }) => Math.hypot(x - place.x, y - place.y) < distance)) continue;
    kept.push(place);
    const cell = cellAt(column, row);
    cells.set(cell, [...cells.get(cell) ?? [], place]);
  }
  return kept;
}
