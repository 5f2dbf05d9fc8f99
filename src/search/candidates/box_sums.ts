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
    const first = ++this.#rows * this.#columns;
    const line = this.#table.subarray(first, first + this.#columns);
    const above = this.#table.subarray(first - this.#columns, first);
    line[0] = 0;
    let sum = 0;
    for (let x = 1; x < line.length; x++) {
      sum = (sum + (row[x - 1] as number)) | 0;
      line[x] = (above[x] as number) + sum;
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

  /** {@linkcode around} every place of a row, but for `edge` on either side; that is at least the radius. */
  fillRow(y: number, radius: number, row: Int32Array, edge: number): void {
    const above = this.#table.subarray((y - radius) * this.#columns);
    const below = this.#table.subarray((y + radius + 1) * this.#columns);
    const [left, right] = [-radius, radius + 1];
    for (let x = edge; x < row.length - edge; x++) {
      row[x] = (below[x + right] as number) - (below[x + left] as number) -
        (above[x + right] as number) + (above[x + left] as number);
    }
  }
}
