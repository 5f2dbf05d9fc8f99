/**
 * Sums of whole numbers over any square of a map, each for four look-ups (F. C. Crow, Summed-area
 * tables for texture mapping, SIGGRAPH 1984).
 *
 * @example
 * ```ts
 * import { BoxSums } from "./box_sums.ts";
 * import { equal } from "node:assert/strict";
 *
 * const sums = new BoxSums(3, 3);
 * for (const row of [[1, 2, 3], [4, 5, 6], [7, 8, 9]]) sums.add(new Int32Array(row));
 * equal(sums.around(1, 1, 1), 45);
 * ```
 */
export class BoxSums {
  /** `[height + 1, width + 1]`: what lies above and to the left of each corner, modulo 2^32. */
  readonly #table: Int32Array;
  readonly #columns: number;

  #rows = 0;

  /**
   * @param height Rows that will be added.
   * @param take Gives memory for so many numbers, with whatever stands in it.
   */
  constructor(
    width: number,
    height: number,
    take: (length: number) => Int32Array = (length) => new Int32Array(length),
  ) {
    this.#columns = width + 1;
    this.#table = take(this.#columns * (height + 1)).fill(0, 0, this.#columns);
  }

  /** Adds the next row of the map. */
  add(row: Int32Array): void {
    const table = this.#table;
    const first = ++this.#rows * this.#columns + 1;
    const above = first - this.#columns;
    let sum = 0;
    table[first - 1] = 0;
    for (let x = 0; x < row.length; x++) {
      sum = (sum + (row[x] as number)) | 0;
      table[first + x] = (table[above + x] as number) + sum;
    }
  }

  /**
   * The sum over a square of `2 * radius + 1` pixels around a place, which has to lie inside the map.
   *
   * @returns Exact, where it fits int32.
   */
  around(x: number, y: number, radius: number): number {
    const above = (y - radius) * this.#columns + x - radius;
    const side = 2 * radius + 1;
    const below = above + side * this.#columns;
    const table = this.#table;
    return ((table[below + side] as number) - (table[below] as number) -
      (table[above + side] as number) + (table[above] as number)) | 0;
  }

  /** {@linkcode around} every place of a row whose square lies inside the map; the others stay as they are. */
  fillRow(y: number, radius: number, row: Int32Array): void {
    const table = this.#table;
    const side = 2 * radius + 1;
    const above = (y - radius) * this.#columns - radius;
    const below = above + side * this.#columns;
    for (let x = radius; x < row.length - radius; x++) {
      row[x] = (table[below + x + side] as number) - (table[below + x] as number) -
        (table[above + x + side] as number) + (table[above + x] as number);
    }
  }
}
