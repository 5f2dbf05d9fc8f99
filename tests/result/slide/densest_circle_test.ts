import { deepEqual, equal, ok } from "node:assert/strict";
import type { Point } from "../../../src/image/region.ts";
import { seededRandom } from "../../../src/random.ts";
import { densestCircles } from "../../../src/result/slide/densest_circle.ts";
import { enclosingCircle } from "../../../src/result/slide/enclosing_circle.ts";

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

const countIn = (points: readonly Point[], center: Point, radius: number) =>
  points.filter((point) => distance(point, center) <= radius * (1 + 1e-7)).length;

/** The best of all circles through two points, and around each: one of these is always the best. */
function bruteForce(points: readonly Point[], radius: number, apartFrom: readonly Point[] = []) {
  const centers = [...points, ...crossings(points, points, radius, radius)];
  for (const taken of apartFrom) {
    centers.push(...crossings(points, [taken], radius, 2 * radius));
  }
  centers.push(...crossings(apartFrom, apartFrom, 2 * radius, 2 * radius));
  const allowed = centers.filter((center) =>
    apartFrom.every((taken) => distance(taken, center) >= 2 * radius * (1 - 1e-7))
  );
  return Math.max(0, ...allowed.map((center) => countIn(points, center, radius)));
}

/** Where circles around points of the first list meet circles around points of the second. */
function crossings(as: readonly Point[], bs: readonly Point[], ra: number, rb: number): Point[] {
  return as.flatMap((a) =>
    bs.flatMap((b) => {
      const d = distance(a, b);
      if (d === 0 || d > ra + rb || d < Math.abs(ra - rb)) return [];
      const along = (d * d + ra * ra - rb * rb) / (2 * d);
      const across = Math.sqrt(Math.max(0, ra * ra - along * along));
      const [ux, uy] = [(b.x - a.x) / d, (b.y - a.y) / d];
      return [-across, across].map((h) => ({
        x: a.x + along * ux - h * uy,
        y: a.y + along * uy + h * ux,
      }));
    })
  );
}

function randomPoints(seed: number, count: number, side: number, isWhole: boolean): Point[] {
  const random = seededRandom(seed);
  const value = () => isWhole ? Math.floor(random() * side) : random() * side;
  return Array.from({ length: count }, () => ({ x: value(), y: value() }));
}

Deno.test("no circle holds more mitoses than the one found, nor than its runners-up", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const isWhole = seed % 2 === 0;
    const points = randomPoints(seed, 3 + seed, isWhole ? 12 : 30, isWhole);
    const radius = isWhole ? 2.5 : 3 + seed / 20;
    const found = densestCircles(points, radius, 4);
    found.forEach((circle, i) => {
      const before = found.slice(0, i);
      const left = points.filter((p) =>
        before.every((other) => distance(p, other) > radius * (1 + 1e-7))
      );
      equal(circle.count, countIn(left, circle, radius), `seed ${seed}, circle ${i}`);
      equal(circle.count, bruteForce(left, radius, before), `seed ${seed}, circle ${i}`);
      for (const other of before) ok(distance(other, circle) >= 2 * radius * (1 - 1e-6));
    });
    deepEqual(densestCircles(points.toReversed(), radius, 4), found);
  }
});

Deno.test("a circle is centered on its mitoses and there are no more circles than mitoses", () => {
  const corners = [{ x: 0, y: 0 }, { x: 6, y: 0 }, { x: 0, y: 8 }, { x: 6, y: 8 }];
  deepEqual(densestCircles(corners, 5, 2), [{ x: 3, y: 4, radius: 5, count: 4 }]);
  equal(densestCircles(corners, 4.999, 1)[0]?.count, 2);
  deepEqual(densestCircles([], 5, 3), []);
  const twice = { x: 7, y: 7 };
  deepEqual(densestCircles([twice, { ...twice }], 5, 3), [{ x: 7, y: 7, radius: 5, count: 2 }]);
});

Deno.test("ten thousand mitoses take less than ten seconds", () => {
  const points = randomPoints(5, 10_000, 60_000, false);
  const started = performance.now();
  densestCircles(points, 3192, 1);
  ok(performance.now() - started < 10_000);
});

Deno.test("the enclosing circle holds all points and is not too large", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const points = randomPoints(seed, 2 + seed, 100, seed % 3 === 0);
    const circle = enclosingCircle(points);
    for (const point of points) ok(distance(point, circle) <= circle.radius * (1 + 1e-9));
    // The smallest circle has two points at opposite ends, or three on its border.
    const onBorder = points.filter((p) => distance(p, circle) > circle.radius * (1 - 1e-9));
    ok(onBorder.length >= 2);
  }
  deepEqual(enclosingCircle([0, 1, 2, 3].map((x) => ({ x, y: x }))).x, 1.5);
});
