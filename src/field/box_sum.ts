/** A map of numbers, `[height, width]`, rows from top to bottom. */
export type NumberMap = Int32Array | Float64Array;

/**
 * Sums `map` over a square of `2 * radius + 1` pixels around each place. Beyond the border the
 * outermost pixel is repeated. Running sums: the time does not depend on the radius.
 *
 * @returns float64 `[height, width]`; exact where all sums are whole numbers below 2^53.
 *
 * @example
 * ```ts
 * import { boxSum } from "./box_sum.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual([...boxSum(new Int32Array([1, 2, 4]), 3, 1, 1)], [12, 21, 30]);
 * ```
 */
export function boxSum(
  map: NumberMap,
  width: number,
  height: number,
  radius: number,
): Float64Array {
  return sumOfRows(sumInRows(map, width, height, radius), width, height, radius);
}

function sumInRows(map: NumberMap, width: number, height: number, radius: number): Float64Array {
  const sums = new Float64Array(width * height);
  const last = width - 1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = -radius; x <= radius; x++) {
      sum += map[row + Math.min(last, Math.max(0, x))] as number;
    }
    for (let x = 0; x < width; x++) {
      sums[row + x] = sum;
      const enters = x + radius + 1;
      const leaves = x - radius;
      sum += (map[row + (enters > last ? last : enters)] as number) -
        (map[row + (leaves < 0 ? 0 : leaves)] as number);
    }
  }
  return sums;
}

function sumOfRows(map: Float64Array, width: number, height: number, radius: number): Float64Array {
  const sums = new Float64Array(width * height);
  const running = new Float64Array(width);
  const last = height - 1;
  for (let y = -radius; y <= radius; y++) {
    const row = Math.min(last, Math.max(0, y)) * width;
    for (let x = 0; x < width; x++) running[x] = (running[x] as number) + (map[row + x] as number);
  }
  for (let y = 0; y < height; y++) {
    sums.set(running, y * width);
    const enters = Math.min(last, y + radius + 1) * width;
    const leaves = Math.max(0, y - radius) * width;
    for (let x = 0; x < width; x++) {
      running[x] = (running[x] as number) + (map[enters + x] as number) -
        (map[leaves + x] as number);
    }
  }
  return sums;
}
