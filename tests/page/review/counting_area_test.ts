import { equal, ok } from "node:assert/strict";
import {
  areaInsideMm2,
  type CountingArea,
  isInArea,
  rectangleBetween,
} from "../../../src/page/review/counting_area.ts";

const picture = { width: 8000, height: 8000 };

/** Fails unless two areas differ by less than 0.1 %. */
function isNear(actual: number, expected: number): void {
  ok(Math.abs(actual / expected - 1) < 0.001, `${actual}, not ${expected}`);
}

Deno.test("a circle of 2 mm² has 2 mm² at every scale, and half of it at the border of the picture", () => {
  for (const mpp of [0.25, 0.5]) {
    const circle = { kind: "circle", center: { x: 4000, y: 4000 }, areaMm2: 2 } as const;
    isNear(areaInsideMm2(circle, picture, mpp), 2);
    isNear(areaInsideMm2({ ...circle, center: { x: 0, y: 4000 } }, picture, mpp), 1);
    isNear(areaInsideMm2({ ...circle, center: { x: 0, y: 0 } }, picture, mpp), 0.5);
  }
});

Deno.test("ten fields of 0.59 mm have 2.734 mm², and places in two fields count once", () => {
  // 10 * pi * (0.295 mm)² = 2.734 mm²; Elston and Ellis's field of 0.274 mm² as it is published.
  const centers = Array.from({ length: 10 }, (_, i) => {
    return { x: 1300 + 2700 * (i % 4), y: 1300 + 2700 * Math.floor(i / 4) };
  });
  const large = { width: 12_000, height: 12_000 };
  const fields: CountingArea = { kind: "fields", centers, diameterMm: 0.59 };
  isNear(areaInsideMm2(fields, large, 0.25), 2.734);
  const twice: CountingArea = { ...fields, centers: [{ x: 4000, y: 4000 }, { x: 4000, y: 4000 }] };
  isNear(areaInsideMm2(twice, picture, 0.25), 0.2734);
  // Two circles whose centers are one radius apart: 2 pi r² - r² (2 pi / 3 - sqrt(3) / 2).
  const radius = 0.295;
  const apart = radius * 1000 / 0.25;
  const lens = radius ** 2 * (2 * Math.PI / 3 - Math.sqrt(3) / 2);
  const overlapping: CountingArea = {
    ...fields,
    centers: [{ x: 4000, y: 4000 }, { x: 4000 + apart, y: 4000 }],
  };
  isNear(areaInsideMm2(overlapping, picture, 0.25), 2 * Math.PI * radius ** 2 - lens);
});

Deno.test("a rectangle and a triangle have the areas of school, and hold what lies in them", () => {
  const rectangle: CountingArea = {
    kind: "polygon",
    points: rectangleBetween({ x: 4000, y: 0 }, { x: 0, y: 2000 }),
  };
  isNear(areaInsideMm2(rectangle, picture, 0.25), 0.5); // 1 mm by 0.5 mm
  equal(isInArea(rectangle, { x: 3999, y: 1 }, 0.25), true);
  equal(isInArea(rectangle, { x: 4001, y: 1 }, 0.25), false);
  const points = [{ x: 0, y: 0 }, { x: 4000, y: 0 }, { x: 0, y: 4000 }];
  const triangle: CountingArea = { kind: "polygon", points };
  isNear(areaInsideMm2(triangle, picture, 0.25), 0.5);
  equal(isInArea(triangle, { x: 1900, y: 1900 }, 0.25), true);
  equal(isInArea(triangle, { x: 2100, y: 2100 }, 0.25), false);
});
