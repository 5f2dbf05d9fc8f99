/**
 * A summed-area table (F. C. Crow, Summed-area tables for texture mapping, SIGGRAPH 1984). It takes
 * a map of whole numbers row by row, and returns the sum over any square of the map by four
 * look-ups.
 *
 * @example
 * ```ts
 * import { BoxSums } from "./box_sums.ts";
 * import { equal } from "node:assert/strict";
 *
 * const sums = new BoxSums(3, 3);
 * for (const row of [[1, 2, 3], [4, 5, 6], [7, 8, 9]]) sums.addRow(new Int32Array(row));
 * equal(sums.sumAround(1, 1, 1), 45);
 * ```
 */
export class BoxSums {
  /**
   * int32 `[height + 1, width + 1]`. Element `[y, x]` is the sum of the first `x` numbers of the
   * first `y` rows, modulo 2^32. The sum over a square is still exact if it fits int32.
   */
  readonly #table: Int32Array;
  readonly #columns: number;
  /** Number of rows that were added. */
  #rows = 0;

  /**
   * @param width Length of a row.
   * @param height Number of rows that will be added.
   * @param allocate Returns a buffer of `length` numbers. They need not be 0.
   */
  constructor(
    width: number,
    height: number,
    allocate: (length: number) => Int32Array = (length) => new Int32Array(length),
  ) {
    this.#columns = width + 1;
    this.#table = allocate(this.#columns * (height + 1)).fill(0, 0, this.#columns);
  }

  /** Adds the next row of the map. */
  addRow(row: Int32Array): void {
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
   * Returns the sum over the square of `2 * radius + 1` pixels a side around a point. The square
   * has to lie inside the rows that were added. The sum is exact if it fits int32.
   */
  sumAround(x: number, y: number, radius: number): number {
    const above = (y - radius) * this.#columns + x - radius;
    const side = 2 * radius + 1;
    const below = above + side * this.#columns;
    const table = this.#table;
    return ((table[below + side] as number) - (table[below] as number) -
      (table[above + side] as number) + (table[above] as number)) | 0;
  }

  /**
   * Writes {@linkcode sumAround} of each point of row `y` into `row`. Leaves the first `edge` and
   * the last `edge` numbers of the row as they are.
   *
   * @param edge At least the radius.
   */
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
