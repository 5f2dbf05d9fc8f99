import { deepEqual, equal } from "node:assert/strict";
import { readGeoJson } from "../../../src/page/session/geojson_file.ts";

Deno.test("points, multipoints and outlines of QuPath's classes are read, others are left out", () => {
  const feature = (type: string, coordinates: unknown, name: string | undefined) => ({
    type: "Feature",
    geometry: { type, coordinates },
    properties: {
      objectType: "annotation",
      ...(name === undefined ? {} : { classification: { name, color: [200, 0, 0] } }),
    },
  });
  const features = [
    feature("Point", [1, 2], "Mitosis"),
    feature("MultiPoint", [[3, 4], [5, 6]], "Not mitosis"),
    feature("Polygon", [[[10, 10], [20, 10], [20, 30], [10, 30], [10, 10]]], "Mitosis: Atypical"),
    feature("Point", [7, 8], "Tumor"),
    feature("Point", [7, 8], undefined),
  ];
  for (const json of [features, { type: "FeatureCollection", features }]) {
    deepEqual(
      readGeoJson(JSON.stringify(json))?.map(({ x, y, isMitosis }) => [x, y, isMitosis]),
      [[1, 2, true], [3, 4, false], [5, 6, false], [15, 20, true]],
    );
  }
  equal(readGeoJson("{}"), undefined);
  equal(readGeoJson("12 mitoses"), undefined);
});
