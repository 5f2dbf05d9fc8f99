import { deepEqual, equal, throws } from "node:assert/strict";
import { isInRegion, readRegion, regionMask } from "../../src/slide_search/region.ts";

/** A square with a square hole. */
const square = [[10, 10], [50, 10], [50, 50], [10, 50], [10, 10]];
const hole = [[20, 20], [20, 30], [30, 30], [30, 20], [20, 20]];
const polygon = { type: "Polygon", coordinates: [square, hole] };
const feature = (geometry: unknown) => ({ type: "Feature", properties: {}, geometry });

Deno.test("areas are read from what QuPath exports: a collection, one feature, a list, a geometry", () => {
  const expected = readRegion(JSON.stringify(polygon));
  for (
    const document of [
      feature(polygon),
      [feature(polygon)],
      { type: "FeatureCollection", features: [feature(polygon)] },
      { type: "MultiPolygon", coordinates: [polygon.coordinates] },
      { type: "GeometryCollection", geometries: [polygon] },
    ]
  ) deepEqual(readRegion(JSON.stringify(document)), expected);
});

Deno.test("holes are not part of a region", () => {
  const region = readRegion(JSON.stringify(polygon));
  const isIn = (x: number, y: number) => isInRegion(region, { x, y });
  deepEqual([isIn(15, 15), isIn(25, 25), isIn(5, 15), isIn(45, 45), isIn(55, 15)], [
    true,
    false,
    false,
    true,
    false,
  ]);
  const mask = regionMask(region, { width: 6, height: 6, cell: 10, data: new Uint8Array(36) });
  // 40 x 40 px less 10 x 10 px, in cells of 10 x 10 px.
  equal(mask.data.reduce((sum, value) => sum + value, 0), 15);
  deepEqual([...mask.data.subarray(12, 18)], [0, 1, 0, 1, 1, 0]);
});

Deno.test("other geometries and other files are refused", () => {
  const refused = (text: string, message: RegExp) => throws(() => readRegion(text), message);
  refused("<xml>", /not JSON/);
  refused(JSON.stringify(feature({ type: "Point", coordinates: [1, 2] })), /holds a Point/);
  refused(JSON.stringify({ type: "FeatureCollection", features: [] }), /no area/);
  refused(JSON.stringify({ type: "Polygon", coordinates: [[[1, 2], [3, 4]]] }), /not valid/);
});
