import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { pictureSource } from "../../src/image/pixel_source.ts";
import type { Point } from "../../src/image/region.ts";
import { scoreDense } from "../../src/search/dense.ts";
import { fieldOf } from "../../src/search/field.ts";
import { cropNaively, randomImage } from "../image/random_image.ts";
import { stubClassifier, type StubNetwork, type StubOptions } from "./stub_classifier.ts";

const image = randomImage(330, 180);

/** A linear network that weighs each pixel of a window differently, 0 to 1. */
const linear: StubNetwork = ({ data }) =>
  data.reduce((sum, value, i) => sum + value * (i + 1), 0) / (data.length ** 2 * 255);

/** Scores points with a network of 8 x 6 px. */
async function score(points: readonly Point[], stride: number, options: Partial<StubOptions> = {}) {
  const classifier = stubClassifier({ input: [8, 6], network: linear, stride, ...options });
  const field = fieldOf(pictureSource(image), {
    mpp: 0.5,
    model: { mpp: 0.5, width: 8, height: 6 },
  });
  let windows = 0;
  const onScored = (count: number) => windows += count;
  const target = { classifier, field, tile: 0 };
  const scored = await scoreDense(target, points, stride, { tta: 1, onScored });
  return { scored, windows, batches: classifier.batches };
}

/** All centers whose windows lie inside the image, so many pixels apart. */
function gridOf(step: number, left = 4, top = 3): Point[] {
  const points: Point[] = [];
  for (let y = top; y <= 180 - 3; y += step) {
    for (let x = left; x <= 330 - 4; x += step) points.push({ x, y });
  }
  return points;
}

Deno.test("a dense run gives each point the score of its window alone", async () => {
  // Steps of 1, 2 and 3 strides; the last grid begins away from the corner.
  for (
    const [points, stride] of [[gridOf(4), 4], [gridOf(6), 3], [gridOf(9, 22, 30), 3]] as const
  ) {
    const { scored, windows } = await score(points, stride);
    equal(scored.length, points.length);
    equal(windows, points.length);
    const found = new Map(scored.map(({ x, y, probability }) => [`${x},${y}`, probability]));
    equal(found.size, points.length, "each point is there once");
    for (const { x, y } of points) {
      const window = cropNaively(image, { x: x - 4, y: y - 3, width: 8, height: 6 });
      equal(found.get(`${x},${y}`), Math.fround(linear(window)), `${x}, ${y}`);
    }
  }
});

Deno.test("one run scores at most 32 x 32 points, and tells the engine how much work it is", async () => {
  const { batches } = await score(gridOf(4), 4);
  // 81 columns are 32 + 32 + 17, 44 rows are 32 + 12. n windows, 4 px apart, are 4 n + 4 px wide or
  // 4 n + 2 px high.
  const sizes = batches.map(({ width, height }) => `${width} x ${height}`);
  const expected = [132, 132, 72].flatMap((width) => [`${width} x 130`, `${width} x 50`]);
  deepEqual(sizes.toSorted(), expected.toSorted());
  for (const { count, width, height, data, work } of batches) {
    equal(count, 1);
    equal(data.length, width * height * 3);
    equal(work, Math.ceil(width * height / 48));
  }
});

Deno.test("single points and no points are scored too", async () => {
  const { scored } = await score([{ x: 50, y: 40 }], 4);
  const window = cropNaively(image, { x: 46, y: 37, width: 8, height: 6 });
  deepEqual(scored, [{ x: 50, y: 40, probability: Math.fround(linear(window)) }]);
  deepEqual((await score([], 4)).scored, []);
});

Deno.test("a network that returns a map of another size is refused", async () => {
  for (const dims of [[1, 1, 2, 5], [1, 1, 3, 4], [1, 15]]) {
    const change: StubOptions["change"] = ({ data }) => ({ dims, data });
    const scoring = score([{ x: 50, y: 40 }, { x: 66, y: 48 }], 4, { change });
    await rejects(scoring, (thrown) => {
      ok(thrown instanceof Problem && thrown.code === "internal");
      // Windows at 50 and 66 span 24 px and 5 columns; at 40 and 48 they span 14 px and 3 rows.
      const [, , rows = 0, columns = 0] = dims;
      return thrown.message === `The network returned ${rows} x ${columns} numbers for 24 x 14 px.`;
    });
  }
});
