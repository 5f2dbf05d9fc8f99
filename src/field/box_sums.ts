/**
 * Sums of whole numbers over any square of a map, each for four look-ups (F. C. Crow, Summed-area
 * tables for texture mapping, SIGGRAPH 1984).
 *
 * @example
 * ```ts
 * import { BoxSums } from "./box_sums.ts";
 * import { equal } from "node:assert/strict";
 *
 * const map = new Int32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
 * equal(new BoxSums(map, 3).around(1, 1, 1), 45);
 * ```
 */
export class BoxSums {
  /** `[height + 1, width + 1]`: what lies above and to the left of each corner, modulo 2^32. */
  readonly #table: Int32Array;
  readonly #columns: number;

  /** @param map `[height, width]`. */
  constructor(map: Int32Array, width: number) {
    const columns = width + 1;
    const table = new Int32Array(columns * (map.length / width + 1));
    let at = columns;
    for (let from = 0; from < map.length;) {
      let row = 0;
      at++;
      for (const end = from + width; from < end; from++, at++) {
        row += map[from] as number;
        table[at] = (table[at - columns] as number) + row;
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
