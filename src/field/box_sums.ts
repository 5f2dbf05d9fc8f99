/**
 * Sums of whole numbers over any square of a map, each for four look-ups (F. C. Crow, Summed-area
 * tables for texture mapping, SIGGRAPH 1984).
 *
 * @example
 * ```ts
 * import { BoxSums } from "./box_sums.ts";
 * import { equal } from "node:assert/strict";
 *
 * const sums = new BoxSums(3, 3, (y, row) => row.set([3 * y + 1, 3 * y + 2, 3 * y + 3]));
 * equal(sums.around(1, 1, 1), 45);
 * ```
 */
export class BoxSums {
  /** `[height + 1, width + 1]`: what lies above and to the left of each corner, modulo 2^32. */
  readonly #table: Int32Array;
  readonly #columns: number;

  /** @param fillRow Writes a row of the map; where it leaves a place alone there is 0. */
  constructor(width: number, height: number, fillRow: (y: number, row: Int32Array) => void) {
    const columns = width + 1;
    const table = new Int32Array(columns * (height + 1));
    const row = new Int32Array(width);
    for (let y = 0; y < height; y++) {
      row.fill(0);
      fillRow(y, row);
      let sum = 0;
      let at = (y + 1) * columns + 1;
      for (let x = 0; x < width; x++, at++) {
        sum += row[x] as number;
        table[at] = (table[at - columns] as number) + sum;
      }
    }
    this.#table = table;
    this.#columns = columns;
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
}
