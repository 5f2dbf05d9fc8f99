import { deepEqual, equal, ok } from "node:assert/strict";
import { type ScoredPoint, suppress, Suppressor } from "../../src/search/suppress.ts";
import { randomFrom } from "../random.ts";

const random = randomFrom(20260101);

/** Makes random points in a square, with few enough probabilities that some are equal. */
function randomPoints(count: number, side: number, probabilities = 10): ScoredPoint[] {
  return Array.from({ length: count }, () => ({
    x: random(side * 10) / 10,
    y: random(side * 10) / 10,
    probability: random(probabilities + 1) / probabilities,
  }));
}

/** Greedy suppression, as it is usually written: from the most probable on, all pairs. */
function suppressNaively(points: readonly ScoredPoint[], distance: number): ScoredPoint[] {
  const ranked = points.toSorted((a, b) => b.probability - a.probability || a.y - b.y || a.x - b.x);
  const kept: ScoredPoint[] = [];
  for (const point of ranked) {
    const isFree = kept.every(({ x, y }) => {
      const between = Math.hypot(x - point.x, y - point.y);
      return between >= distance && between > 0;
    });
    if (isFree) kept.push(point);
  }
  return kept;
}

/** Adds points in groups of random size. Checks after each that the changes add up to what is kept. */
function addInGroups(points: readonly ScoredPoint[], distance: number): ScoredPoint[] {
  const suppressor = new Suppressor<ScoredPoint>(distance);
  const replayed = new Set<ScoredPoint>();
  for (let from = 0; from < points.length;) {
    const group = points.slice(from, from + 1 + random(12));
    from += group.length;
    const { added, removed } = suppressor.add(group);
    for (const point of removed) ok(replayed.delete(point), "only what was kept is removed");
    for (const point of added) ok(!replayed.has(point) && replayed.add(point));
    equal(replayed.size, suppressor.count);
    deepEqual(new Set(suppressor.kept()), replayed);
  }
  return suppressor.kept();
}

/** Runs a function and returns how many milliseconds it took. Prints them too. */
function timed(what: string, run: () => void): number {
  const start = performance.now();
  run();
  const milliseconds = performance.now() - start;
  console.log(`${what}: ${milliseconds.toFixed(0)} ms`);
  return milliseconds;
}

Deno.test("suppression keeps what the greedy algorithm keeps, in any order and grouping", () => {
  for (let round = 0; round < 150; round++) {
    const points = randomPoints(1 + random(80), 60);
    const distance = [0, 0.5, 3, 7.5, 20, 1000][round % 6] ?? NaN;
    const expected = suppressNaively(points, distance);
    deepEqual(suppress(points, distance), expected);
    for (const order of [points, points.toReversed(), points.toSorted(() => random(3) - 1)]) {
      deepEqual(addInGroups(order, distance), expected, `round ${round}, distance ${distance}`);
    }
  }
});

Deno.test("of equally probable points the upper one is kept, and in the same row the left one", () => {
  const at = (x: number, y: number) => ({ x, y, probability: 0.5 });
  const points = [at(10, 10), at(5, 12), at(4, 10)];
  deepEqual(suppress(points, 30), [at(4, 10)]);
  // The upper one of a chain releases the third: 0 suppresses 4, and 8 is 8 px from 0.
  const chain = [at(0, 8), at(0, 4), at(0, 0)];
  deepEqual(suppress(chain, 5), [at(0, 0), at(0, 8)]);
  deepEqual(addInGroups(chain, 5), [at(0, 0), at(0, 8)]);
});

Deno.test("two points that are exactly the distance apart are both kept", () => {
  // 3, 4, 5: the hypotenuse of the two points is 5.
  const points = [{ x: 0, y: 0, probability: 0.9 }, { x: 3, y: 4, probability: 0.8 }];
  equal(suppress(points, 5).length, 2);
  equal(suppress(points, 5.001).length, 1);
});

Deno.test("of points at the same place one is kept, also at distance 0", () => {
  const copies = Array.from({ length: 5 }, (_, id) => ({ x: 3, y: 3, probability: 0.7, id }));
  deepEqual(suppress(copies, 1).map(({ id }) => id), [0]);
  deepEqual(suppress(copies, 0).map(({ id }) => id), [0]);
  equal(suppress([...copies, { x: 3, y: 4, probability: 0.1, id: 5 }], 0).length, 2);
  const suppressor = new Suppressor<ScoredPoint>(1);
  equal(suppressor.add(copies.slice(0, 2)).added.length, 1);
  deepEqual(suppressor.add(copies.slice(2)), { added: [], removed: [] });
  deepEqual(suppress([], 10), []);
});

Deno.test("points with negative coordinates and in neighboring cells suppress each other", () => {
  const points = [{ x: -0.5, y: -0.5, probability: 0.9 }, { x: 0.5, y: 0.5, probability: 0.8 }];
  deepEqual(suppress(points, 10), points.slice(0, 1));
});

Deno.test("20,000 points that are all neighbors take less than a second, in any grouping", () => {
  const points = randomPoints(20_000, 4000, 1e6);
  const expected = suppressNaively(points, 1e6);
  const rising = points.toSorted((a, b) => a.probability - b.probability);
  const groupings = { "at once": 20_000, "by 500": 500, "one by one": 1 };
  for (const [order, ordered] of Object.entries({ random: points, rising })) {
    for (const [name, size] of Object.entries(groupings)) {
      const suppressor = new Suppressor<ScoredPoint>(1e6);
      const milliseconds = timed(`20,000 neighbors, ${order} order, ${name}`, () => {
        for (let i = 0; i < points.length; i += size) suppressor.add(ordered.slice(i, i + size));
      });
      deepEqual(suppressor.kept(), expected);
      ok(milliseconds < 3000, `${milliseconds} ms`);
    }
  }
});

Deno.test("20,000 tiles with a mitosis each take less than a second and report few changes", () => {
  const suppressor = new Suppressor<ScoredPoint>(30);
  let changes = 0;
  const milliseconds = timed("20,000 tiles", () => {
    for (let tile = 0; tile < 20_000; tile++) {
      const [x, y] = [tile % 200 * 512 + random(512), Math.floor(tile / 200) * 512 + random(512)];
      const { added, removed } = suppressor.add([{ x, y, probability: random(1000) / 1000 }]);
      changes += added.length + removed.length;
    }
  });
  ok(changes <= 2 * 20_000, `${changes} changes`);
  ok(suppressor.count > 19_000);
  ok(milliseconds < 3000, `${milliseconds} ms`);
});
