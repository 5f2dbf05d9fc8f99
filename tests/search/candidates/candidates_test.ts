import { deepEqual, equal, ok } from "node:assert/strict";
import type { Point } from "../../../src/image/region.ts";
import type { RgbImage } from "../../../src/image/rgb_image.ts";
import { tilesOf } from "../../../src/image/tiles.ts";
import { findCandidates } from "../../../src/search/candidates/candidates.ts";
import { Chromatin } from "../../../src/search/candidates/chromatin.ts";
import { ScratchBuffers } from "../../../src/search/candidates/scratch_buffers.ts";
import { randomFrom } from "../../random.ts";

const MPP = 0.25;

/** Colors of eosin-stained stroma, of chromatin and of empty glass. */
const [STROMA, CHROMATIN, GLASS] = [[225, 170, 200], [70, 50, 120], [244, 243, 245]] as const;

/**
 * Draws dark disks on a ground that varies a little, at random.
 *
 * @param radius In pixels.
 * @param noise The largest change of a sample.
 */
function drawn(
  width: number,
  height: number,
  ground: readonly [number, number, number],
  disks: readonly Point[] = [],
  radius = 7,
  noise = 3,
): RgbImage {
  const random = randomFrom(11);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isDark = disks.some((disk) => Math.hypot(disk.x - x, disk.y - y) <= radius);
    const color = isDark ? CHROMATIN : ground;
    const change = random(2 * noise + 1) - noise;
    for (let k = 0; k < 3; k++) data[i * 3 + k] = (color[k] ?? NaN) + change;
  }
  return { width, height, data };
}

/** Sorts by row, then by column. */
function sorted(points: readonly Point[]): Point[] {
  return points.toSorted((a, b) => a.y - b.y || a.x - b.x);
}

const disks = [[40, 50], [161, 47], [90, 130], [203, 152], [30, 190]]
  .map(([x = NaN, y = NaN]) => ({ x, y }));

Deno.test("each dark disk gives a candidate within a pixel of its center, and nothing else does", () => {
  const found = findCandidates(drawn(240, 220, STROMA, disks), MPP);
  equal(found.length, 5, JSON.stringify(found));
  for (const { x, y } of disks) {
    ok(
      found.some((point) => Math.abs(point.x - x) <= 1 && Math.abs(point.y - y) <= 1),
      `${x}, ${y}`,
    );
  }
});

Deno.test("a disk that the border cuts gives a candidate inside the picture", () => {
  for (const [x, y] of [[6, 100], [100, 213], [233, 60], [235, 215]] as const) {
    const [found, ...others] = findCandidates(drawn(240, 220, STROMA, [{ x, y }]), MPP);
    ok(found !== undefined && others.length === 0, `the disk at ${x}, ${y}`);
    ok(found.x >= 0 && found.y >= 0 && found.x < 240 && found.y < 220);
    ok(Math.hypot(found.x - x, found.y - y) <= 7, `${found.x}, ${found.y} is in the disk`);
  }
});

Deno.test("at half the resolution the same disks are found", () => {
  const halved = disks.map(({ x, y }) => ({
    x: Math.round(x / 2),
    y: Math.round(y / 2),
  }));
  const found = findCandidates(drawn(120, 110, STROMA, halved, 3.5), 2 * MPP);
  equal(found.length, 5, JSON.stringify(found));
  for (const { x, y } of halved) {
    ok(
      found.some((point) => Math.abs(point.x - x) <= 1 && Math.abs(point.y - y) <= 1),
      `${x}, ${y}`,
    );
  }
});

Deno.test("there are no candidates on glass, on even stroma and in a picture of one pixel", () => {
  deepEqual(findCandidates(drawn(200, 200, GLASS), MPP), []);
  for (const noise of [3, 30]) {
    deepEqual(findCandidates(drawn(200, 200, STROMA, [], 0, noise), MPP), []);
  }
  deepEqual(findCandidates(drawn(1, 1, STROMA), MPP), []);
});

Deno.test("the candidates of all tiles together are those of the whole picture", () => {
  const image = drawn(300, 250, STROMA, randomPoints(60, 300, 250, 3), 5);
  const whole = sorted(findCandidates(image, MPP));
  ok(whole.length >= 25, `${whole.length}`);
  const buffers = new ScratchBuffers();
  // Odd sides move the coarse grid of later tiles by a pixel.
  for (const side of [64, 97, 128, 151]) {
    const found = tilesOf(image, side).flatMap((tile) => findCandidates(image, MPP, tile, buffers));
    deepEqual(sorted(found), whole, `tiles of ${side} px`);
  }
});

Deno.test("a candidate is found once: two disks 2 um apart give one, two disks 10 um apart give two", () => {
  const pair = (distance: number) => [{ x: 100, y: 100 }, { x: 100 + distance, y: 100 }];
  const near = findCandidates(drawn(240, 200, STROMA, pair(8)), MPP);
  equal(near.length, 1);
  ok(Math.abs((near[0]?.x ?? NaN) - 104) <= 1, "it is in the middle of both");
  equal(findCandidates(drawn(240, 200, STROMA, pair(40)), MPP).length, 2);
  for (const seed of [4, 6, 8]) {
    const found = findCandidates(drawn(300, 250, STROMA, randomPoints(60, 300, 250, seed), 2), MPP);
    equal(new Set(found.map(({ x, y }) => `${x},${y}`)).size, found.length);
  }
});

Deno.test("a candidate is in the middle of its clump, though granules beside it are stronger", () => {
  const granules = [110, 116, 122].flatMap((x) => [91, 97, 103, 109].map((y) => ({ x, y })));
  const image = drawn(200, 200, STROMA, [{ x: 100, y: 100 }]);
  const beside = drawn(200, 200, STROMA, granules, 1);
  const data = image.data.map((value, i) => Math.min(value, beside.data[i] ?? NaN));
  const [found, ...others] = findCandidates({ ...image, data }, MPP);
  equal(others.length, 0);
  ok(found !== undefined && Math.hypot(found.x - 100, found.y - 100) <= 1.5, JSON.stringify(found));
});

Deno.test("each peak of strength 2.1 that is highest within 3.25 um gives a candidate, no other point does", () => {
  const [width, height, margin] = [260, 220, 60];
  const image = drawn(width, height, STROMA, randomPoints(200, width, height, 26), 1, 22);
  const region = { x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin };
  const chromatin = new Chromatin(image, MPP, region, new ScratchBuffers());
  const strengthAt = (x: number, y: number) => chromatin.strengthAt(x + margin, y + margin);
  // 3.25 um are 13 px.
  const offsets = Array.from({ length: 27 * 27 }, (_, i) => [i % 27 - 13, Math.floor(i / 27) - 13])
    .filter(([dx, dy]) => dx !== 0 || dy !== 0);
  const peaks: Point[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const strength = strengthAt(x, y);
      if (
        strength >= 2.1 &&
        offsets.every(([dx = NaN, dy = NaN]) => strengthAt(x + dx, y + dy) < strength)
      ) {
        peaks.push({ x, y });
      }
    }
  }
  const found = findCandidates(image, MPP);
  ok(peaks.length > 20, `${peaks.length} peaks`);
  equal(found.length, peaks.length);
  // A candidate moves 2.5 um at most from its peak, which are 10 px across and down.
  const isNear = (a: Point) => (b: Point) =>
    Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) <= 10;
  ok(peaks.every((peak) => found.some(isNear(peak))));
  ok(found.every((point) => peaks.some(isNear(point))));
});

function randomPoints(count: number, width: number, height: number, seed: number): Point[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => ({ x: random(width), y: random(height) }));
}
