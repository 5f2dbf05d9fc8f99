import { deepEqual, equal } from "node:assert/strict";
import { pictureSource } from "../../src/image/pixel_source.ts";
import { tilesOf } from "../../src/image/tiles.ts";
import { gridPoints, scoreGrid } from "../../src/search/exact.ts";
import { fieldOf } from "../../src/search/field.ts";
import { randomImage } from "../image/random_image.ts";
import { randomFrom } from "../random.ts";
import { meanOfRed, stubClassifier } from "./stub_classifier.ts";

/** The grid points of one tile as columns and rows. */
function grid(
  [width, height]: readonly [number, number],
  tileSide: number,
  tile: number,
  [windowWidth, windowHeight]: readonly [number, number],
  stride: number,
): { columns: number[]; rows: number[] } {
  const scaled = { width, height };
  const window = { width: windowWidth, height: windowHeight };
  const points = gridPoints({ scaled, tiles: tilesOf(scaled, tileSide) }, tile, window, stride);
  const columns = [...new Set(points.map(({ x }) => x))];
  const rows = [...new Set(points.map(({ y }) => y))];
  deepEqual(points, rows.flatMap((y) => columns.map((x) => ({ x, y }))));
  return { columns, rows };
}

Deno.test("grid points are the centers of the windows inside the field, a stride apart", () => {
  // A window of 8 px around x has the columns x - 4 to x + 3. The first is at 4, the last at 16: 12 to 19.
  deepEqual(grid([20, 10], 99, 0, [8, 8], 4), { columns: [4, 8, 12, 16], rows: [4] });
  // The next after 14 would be 19, whose window ends at 22.
  deepEqual(grid([20, 13], 99, 0, [8, 8], 5), { columns: [4, 9, 14], rows: [4, 9] });
  // A window of 5 px around x has the columns x - 2 to x + 2; the last fits at 17.
  deepEqual(grid([20, 20], 99, 0, [5, 3], 3), {
    columns: [2, 5, 8, 11, 14, 17],
    rows: [1, 4, 7, 10, 13, 16],
  });
  deepEqual(grid([8, 8], 99, 0, [8, 8], 1), { columns: [4], rows: [4] });
});

Deno.test("a tile has the points that lie in it, though their windows reach beyond it", () => {
  deepEqual(grid([20, 10], 10, 0, [8, 8], 4), { columns: [4, 8], rows: [4] });
  deepEqual(grid([20, 10], 10, 1, [8, 8], 4), { columns: [12, 16], rows: [4] });
  // Centers 4, 11 and 18; tiles of 9 px begin at 0, 9 and 18, and the last has no window left.
  deepEqual(grid([21, 8], 9, 1, [8, 8], 7), { columns: [11], rows: [4] });
  deepEqual(grid([21, 8], 9, 2, [8, 8], 7), { columns: [], rows: [] });
});

Deno.test("a field that is narrower or lower than a window has one column or one row of points, in its middle", () => {
  deepEqual(grid([6, 5], 99, 0, [8, 8], 4), { columns: [3], rows: [2] });
  deepEqual(grid([6, 20], 99, 0, [8, 8], 4), { columns: [3], rows: [4, 8, 12, 16] });
  // Of two tiles of 4 px the second has the center.
  deepEqual(grid([7, 4], 4, 0, [8, 8], 4), { columns: [3], rows: [2] });
  deepEqual(grid([7, 4], 4, 1, [8, 8], 4), { columns: [], rows: [] });
  deepEqual(grid([6, 5], 99, 1, [8, 8], 4), { columns: [], rows: [] });
});

Deno.test("the tiles together have every point once", () => {
  const random = randomFrom(6);
  for (let round = 0; round < 100; round++) {
    const size = [1 + random(60), 1 + random(60)] as const;
    const [side, window, stride] = [1 + random(30), 1 + random(20), 1 + random(12)];
    const count = tilesOf({ width: size[0], height: size[1] }, side).length;
    let points = 0;
    for (let tile = 0; tile < count; tile++) {
      const { columns, rows } = grid(size, side, tile, [window, window], stride);
      points += columns.length * rows.length;
    }
    const along = (length: number) => Math.max(1, Math.floor((length - window) / stride) + 1);
    equal(points, along(size[0]) * along(size[1]), `${size}, ${side}, ${window}, ${stride}`);
  }
});

Deno.test("scoreGrid runs a network densely where its stride allows, with the same scores", async () => {
  const image = randomImage(90, 50);
  const model = { mpp: 0.5, width: 8, height: 8 };
  const score = async (stride: number | undefined, width = 90) => {
    const network = { input: [8, 8] as const, network: meanOfRed };
    const classifier = stubClassifier(stride === undefined ? network : { ...network, stride });
    const part = { width, height: 50, data: image.data.subarray(0, width * 50 * 3) };
    const field = fieldOf(pictureSource(part), { mpp: 0.5, model });
    const points = gridPoints(field.facts, 0, model, 6);
    const target = { classifier, field, tile: 0 };
    const scored = await scoreGrid(target, points, 6, { tta: 1, onScored() {} });
    const scores = scored.toSorted((a, b) => a.y - b.y || a.x - b.x);
    return { scores, isDense: classifier.batches.some((batch) => batch.width > 8) };
  };
  const alone = await score(undefined);
  equal(alone.scores.length, 14 * 8);
  for (const [stride, isDense] of [[2, true], [3, true], [6, true], [4, false]] as const) {
    deepEqual(await score(stride), { scores: alone.scores, isDense }, `stride ${stride}`);
  }
  // A field that is narrower than a window has mirrored windows, which a dense run does not give.
  deepEqual(await score(2, 7), await score(undefined, 7));
});
