import type { Point } from "../image/region.ts";

/** A point, and how probable it is that a mitosis is there. */
export interface ScoredPoint extends Point {
  /** 0 to 1. */
  readonly probability: number;
}

/** What changed when points were added. */
export interface SuppressionChange<T> {
  /** Points that are kept now and were not before. */
  readonly added: readonly T[];
  /** Points that were kept before and are suppressed now. */
  readonly removed: readonly T[];
}

/**
 * Non-maximum suppression of points that arrive little by little. A point is suppressed if a kept
 * point of higher rank is nearer than `distance`, or at the same place. The more probable of two
 * points has the higher rank. If they are equally probable, the upper one has, and in the same row
 * the left one. The result does not depend on the order in which points are added. Adding a point
 * looks only at points near it and near those that it changes.
 *
 * @example
 * ```ts
 * import { Suppressor } from "./suppress.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const suppressor = new Suppressor(30);
 * const weak = { x: 10, y: 0, probability: 0.4 };
 * const strong = { x: 0, y: 0, probability: 0.9 };
 * deepEqual(suppressor.add([weak]), { added: [weak], removed: [] });
 * deepEqual(suppressor.add([strong]), { added: [strong], removed: [weak] });
 * deepEqual(suppressor.kept(), [strong]);
 * ```
 */
export class Suppressor<T extends ScoredPoint> {
  readonly #all: NeighborGrid<T>;
  readonly #kept: NeighborGrid<T>;
  #added = 0;
  #count = 0;

  /** @param distance In pixels. */
  constructor(distance: number) {
    this.#all = new NeighborGrid(distance);
    this.#kept = new NeighborGrid(distance);
  }

  /** Number of points that are kept. */
  get count(): number {
    return this.#count;
  }

  /** Adds points and returns which points are newly kept, and which are no longer kept. */
  add(points: readonly T[]): SuppressionChange<T> {
    const change: Record<"added" | "removed", T[]> = { added: [], removed: [] };
    const queue = points.map((point) => this.#insert(point));
    queue.sort((a, b) => compareRank(b, a));
    // The last entry of the queue has the highest rank. Only entries of lower rank depend on it, so
    // each entry is decided once.
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      entry.isQueued = false;
      const isHigher = (other: Entry<T>) => compareRank(other, entry) < 0;
      const suppressor = this.#kept.near(entry).find(isHigher);
      const isKept = suppressor === undefined;
      if (isKept === entry.isKept) continue;
      this.#setKept(entry, isKept);
      change[isKept ? "added" : "removed"].push(entry.point);
      // A point that is now kept can only suppress kept ones. A point that is now suppressed can
      // only release suppressed ones, except those that its own suppressor, of higher rank,
      // suppresses too.
      const affected = isKept ? this.#kept.near(entry) : this.#all.near(entry, suppressor);
      for (const other of affected) {
        if (other.isQueued || other.isKept !== isKept || isHigher(other)) continue;
        other.isQueued = true;
        queue.splice(indexOfRank(queue, other), 0, other);
      }
    }
    return change;
  }

  /** Lists the points that are kept, from the highest rank to the lowest. */
  kept(): T[] {
    return this.#kept.entries().sort(compareRank).map(({ point }) => point);
  }

  /**
   * Lists the kept points of the highest rank. The others are not sorted.
   *
   * @param limit How many points are listed at most.
   * @param pause Awaited between the steps, so that other tasks run in between.
   */
  async highest(limit: number, pause: () => Promise<void>): Promise<T[]> {
    if (this.#count <= limit) return this.kept();
    const all = this.#kept.entries();
    await pause();
    const ascending = Float64Array.from(all, ({ point }) => point.probability);
    await pause();
    const lowest = ascending.sort()[all.length - limit] ?? 0;
    await pause();
    const listed = all.filter(({ point }) => point.probability >= lowest);
    await pause();
    return listed.sort(compareRank).slice(0, limit).map(({ point }) => point);
  }

  #insert(point: T): Entry<T> {
    const entry = { point, order: this.#added++, isKept: false, isQueued: true };
    this.#all.add(entry);
    return entry;
  }

  #setKept(entry: Entry<T>, isKept: boolean): void {
    entry.isKept = isKept;
    if (isKept) this.#kept.add(entry);
    else this.#kept.delete(entry);
    this.#count += isKept ? 1 : -1;
  }
}

/** A point that was added, with its state. */
interface Entry<T> {
  readonly point: T;
  /** Number of points that were added before. It ranks points of the same place and probability. */
  readonly order: number;
  isKept: boolean;
  /** Whether the entry waits to be decided. */
  isQueued: boolean;
}

/**
 * Suppresses the points of one list, by the rules of {@linkcode Suppressor}.
 *
 * @param distance In pixels.
 * @returns The points that are kept, from the highest probability to the lowest.
 */
export function suppress<T extends ScoredPoint>(points: readonly T[], distance: number): T[] {
  const suppressor = new Suppressor<T>(distance);
  suppressor.add(points);
  return suppressor.kept();
}

/** More than the number of cells in a row of any picture. */
const MAX_COLUMNS = 2 ** 26;

/** The entries in one cell, and the smallest rectangle around all entries that were ever in it. */
interface Cell<T> {
  readonly entries: Entry<T>[];
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Entries sorted into square cells by their points, so that the entries near a point are found
 * fast.
 */
class NeighborGrid<T extends ScoredPoint> {
  readonly #distance: number;
  /**
   * Side of a cell. It is at least the distance, so that the neighbors of a point lie in its cell or in
   * the eight cells around.
   */
  readonly #side: number;
  readonly #cells = new Map<number, Cell<T>>();

  constructor(distance: number) {
    this.#distance = distance;
    this.#side = Math.max(distance, 1);
  }

  add(entry: Entry<T>): void {
    const key = this.#cellOf(entry.point, 0, 0);
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = { entries: [], left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
      this.#cells.set(key, cell);
    }
    const { x, y } = entry.point;
    cell.entries.push(entry);
    cell.left = Math.min(cell.left, x);
    cell.right = Math.max(cell.right, x);
    cell.top = Math.min(cell.top, y);
    cell.bottom = Math.max(cell.bottom, y);
  }

  delete(entry: Entry<T>): void {
    const entries = this.#cells.get(this.#cellOf(entry.point, 0, 0))?.entries ?? [];
    entries.splice(entries.indexOf(entry), 1);
  }

  entries(): Entry<T>[] {
    return this.#cells.values().toArray().flatMap(({ entries }) => entries);
  }

  /** Lists the other entries near `entry`, without those that are near `except` as well. */
  near(entry: Entry<T>, except?: Entry<T>): Entry<T>[] {
    const { point } = entry;
    const found: Entry<T>[] = [];
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        const cell = this.#cells.get(this.#cellOf(point, column, row));
        if (cell === undefined || (except !== undefined && this.#isAllNear(cell, except))) continue;
        for (const other of cell.entries) {
          if (other === entry || !this.#isNear(other, point.x, point.y)) continue;
          const isExcepted = except !== undefined &&
            this.#isNear(other, except.point.x, except.point.y);
          if (!isExcepted) found.push(other);
        }
      }
    }
    return found;
  }

  /** Returns whether a point is nearer to an entry than the distance, or at the same place. */
  #isNear({ point }: Entry<T>, x: number, y: number): boolean {
    const distance = Math.hypot(point.x - x, point.y - y);
    return distance < this.#distance || distance === 0;
  }

  /**
   * Returns whether an entry is near all entries of a cell, which it is if it is near the farthest
   * corner.
   */
  #isAllNear({ left, right, top, bottom }: Cell<T>, entry: Entry<T>): boolean {
    const { x, y } = entry.point;
    return this.#isNear(
      entry,
      x - left > right - x ? left : right,
      y - top > bottom - y ? top : bottom,
    );
  }

  /** Returns the key of the cell that lies `columns` and `rows` cells from the cell of a point. */
  #cellOf({ x, y }: T, columns: number, rows: number): number {
    const column = Math.floor(x / this.#side) + columns;
    return (Math.floor(y / this.#side) + rows) * MAX_COLUMNS + column;
  }
}

/** Compares two entries, to sort them from the highest rank to the lowest. */
function compareRank<T extends ScoredPoint>(a: Entry<T>, b: Entry<T>): number {
  return b.point.probability - a.point.probability || a.point.y - b.point.y ||
    a.point.x - b.point.x || a.order - b.order;
}

/** Returns where an entry belongs in a queue that is sorted from the lowest rank to the highest. */
function indexOfRank<T extends ScoredPoint>(queue: readonly Entry<T>[], entry: Entry<T>): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue[middle];
    if (other !== undefined && compareRank(other, entry) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
