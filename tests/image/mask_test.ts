import { deepEqual, equal } from "node:assert/strict";
import {
  countMask,
  growMask,
  type Mask,
  maskAt,
  removeSmallGroups,
  thresholdBox,
} from "../../src/image/mask.ts";
import { outlineMask, signedArea } from "../../src/image/mask_outline.ts";
import { seededRandom } from "../../src/random.ts";

/** Makes a mask of rows, in which # is a set cell. */
function maskOf(rows: readonly string[], cell = 1): Mask {
  const data = Uint8Array.from(rows.join(""), (letter) => letter === "#" ? 1 : 0);
  return { width: rows[0]?.length ?? 0, height: rows.length, cell, data };
}

function rowsOf({ width, height, data }: Mask): string[] {
  return Array.from(
    { length: height },
    (_, y) =>
      [...data.subarray(y * width, (y + 1) * width)].map((value) => value === 1 ? "#" : ".").join(
        "",
      ),
  );
}

function randomMask(seed: number, share: number): Mask {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: 15 * 11 }, () => random() < share ? 1 : 0);
  return { width: 15, height: 11, cell: 4, data };
}

Deno.test("a mask grows by squares, and is asked by points of the larger picture", () => {
  const grown = growMask(maskOf(["#....", ".....", "....."], 8), 1);
  deepEqual(rowsOf(grown), ["##...", "##...", "....."]);
  equal(maskAt(grown, { x: 15.9, y: 8 }), true);
  equal(maskAt(grown, { x: 16, y: 8 }), false);
  equal(maskAt(grown, { x: -1, y: 0 }), false);
});

Deno.test("a box is counted as by hand", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const mask = randomMask(seed, 0.4);
    const { width, height } = mask;
    for (const [radius, minimum] of [[1, 3], [2, 9], [3, 1]] as const) {
      const expected = mask.data.map((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        let sum = 0;
        for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
          for (let c = Math.max(0, x - radius); c <= Math.min(width - 1, x + radius); c++) {
            sum += mask.data[row * width + c] ?? 0;
          }
        }
        return sum >= minimum ? 1 : 0;
      });
      deepEqual(thresholdBox(mask, radius, minimum), expected);
    }
  }
});

Deno.test("small groups and small holes are removed", () => {
  const mask = maskOf(["##..#", "##...", "...##", "...##"]);
  deepEqual(rowsOf(removeSmallGroups(mask, 3)), ["##...", "##...", "...##", "...##"]);
  const holed = maskOf(["####", "#.##", "####", "...."]);
  deepEqual(rowsOf(removeSmallGroups(holed, 3, 0)), ["####", "####", "####", "...."]);
});

Deno.test("an outline has its holes, and cells that touch at a corner are parted", () => {
  const [ring, corner, ...none] = outlineMask(maskOf(["###.", "#.#.", "###.", "...#"], 10));
  deepEqual(ring, {
    outline: [{ x: 0, y: 0 }, { x: 30, y: 0 }, { x: 30, y: 30 }, { x: 0, y: 30 }],
    holes: [[{ x: 20, y: 10 }, { x: 10, y: 10 }, { x: 10, y: 20 }, { x: 20, y: 20 }]],
  });
  equal(corner?.outline.length, 4);
  deepEqual(none, []);
});

Deno.test("outlines less their holes have the area of the cells, whatever the mask", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const mask = randomMask(seed, seed / 51);
    const polygons = outlineMask(mask);
    const area = polygons.reduce(
      (sum, { outline, holes }) => [outline, ...holes].reduce((s, r) => s + signedArea(r), sum),
      0,
    );
    equal(area, countMask(mask) * mask.cell ** 2, `seed ${seed}`);
    for (const { outline, holes } of polygons) {
      // Each hole lies within its outline's bounds.
      const [xs, ys] = [outline.map(({ x }) => x), outline.map(({ y }) => y)];
      const isInside = holes.flat().every(({ x, y }) =>
        x > Math.min(...xs) && x < Math.max(...xs) && y > Math.min(...ys) && y < Math.max(...ys)
      );
      equal(isInside, true, `seed ${seed}`);
    }
  }
});
