import { deepEqual, equal } from "node:assert/strict";
import { BoxSums } from "../../../src/search/candidates/box_sums.ts";
import { randomFrom } from "../../random.ts";

const [WIDTH, HEIGHT] = [23, 17];

/** Makes rows of random whole numbers, -limit to limit. */
function randomRows(limit: number, seed: number): Int32Array[] {
  const random = randomFrom(seed);
  return Array.from(
    { length: HEIGHT },
    () => Int32Array.from({ length: WIDTH }, () => random(2 * limit + 1) - limit),
  );
}

function sumsOf(rows: readonly Int32Array[], allocate?: (length: number) => Int32Array): BoxSums {
  const sums = new BoxSums(WIDTH, HEIGHT, allocate);
  for (const row of rows) sums.addRow(row);
  return sums;
}

/** Adds up a square, number by number. */
function sumNaively(rows: readonly Int32Array[], x: number, y: number, radius: number): number {
  let sum = 0;
  for (let row = y - radius; row <= y + radius; row++) {
    for (let column = x - radius; column <= x + radius; column++) {
      sum += rows[row]?.[column] ?? NaN;
    }
  }
  return sum;
}

/** Calls `check` with every square that lies inside the map. */
function forEachSquare(check: (x: number, y: number, radius: number) => void): void {
  for (let radius = 0; 2 * radius < HEIGHT; radius++) {
    for (let y = radius; y < HEIGHT - radius; y++) {
      for (let x = radius; x < WIDTH - radius; x++) check(x, y, radius);
    }
  }
}

Deno.test("the sum over every square is that of its numbers, also of negative ones", () => {
  const rows = randomRows(1000, 1);
  const sums = sumsOf(rows);
  forEachSquare((x, y, radius) => {
    equal(sums.sumAround(x, y, radius), sumNaively(rows, x, y, radius), `${x}, ${y}, ${radius}`);
  });
});

Deno.test("a sum that fits int32 is exact, though the sum of the whole map does not", () => {
  // 23 x 17 numbers of 300,000,000 add up to 1.2e11. A square of 2 or 3 of them would fit, 3 x 3 not.
  const rows = Array.from({ length: HEIGHT }, () => new Int32Array(WIDTH).fill(300_000_000));
  const row = new Int32Array(WIDTH);
  const sums = sumsOf(rows);
  for (let x = 0; x < WIDTH; x++) equal(sums.sumAround(x, HEIGHT - 1, 0), 300_000_000);
  sums.fillRow(HEIGHT - 1, 0, row, 0);
  deepEqual(row, rows[0]);
  // Squares of 3 x 3 numbers of up to 200,000,000 stay below 2^31 = 2.1e9.
  const large = randomRows(200_000_000, 2);
  const ofLarge = sumsOf(large);
  equal(ofLarge.sumAround(21, 15, 1), sumNaively(large, 21, 15, 1));
});

Deno.test("fillRow gives the sums around the points of a row, except at either end", () => {
  const rows = randomRows(1000, 3);
  const sums = sumsOf(rows);
  for (const [y, radius, edge] of [[8, 2, 2], [4, 4, 6], [0, 0, 0], [16, 0, 3]] as const) {
    const filled = new Int32Array(WIDTH).fill(-7);
    sums.fillRow(y, radius, filled, edge);
    const expected = Array.from(
      { length: WIDTH },
      (_, x) => x < edge || x >= WIDTH - edge ? -7 : sumNaively(rows, x, y, radius),
    );
    deepEqual([...filled], expected);
  }
});

Deno.test("a buffer that was used before gives the same sums", () => {
  const rows = randomRows(50, 4);
  const [fresh, reused] = [sumsOf(rows), sumsOf(rows, (length) => new Int32Array(length).fill(99))];
  forEachSquare((x, y, radius) => {
    equal(reused.sumAround(x, y, radius), fresh.sumAround(x, y, radius));
  });
});
