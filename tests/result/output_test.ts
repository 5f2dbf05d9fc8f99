import { deepEqual, equal, ok } from "node:assert/strict";
import { check } from "npm:@placemarkio/check-geojson@0.1.14";
import { Ajv } from "npm:ajv@8.20.0";
import { toCsv } from "../../src/result/output/csv.ts";
import { toGeoJson } from "../../src/result/output/geojson.ts";
import { toMidog } from "../../src/result/output/midog.ts";
import type { FieldResult } from "../../src/result/result.ts";

const detections = [
  { x: 412, y: 88, probability: 0.97, mitosis: true },
  { x: 7.5, y: 1000.1, probability: 0.25, mitosis: false },
];
const result: FieldResult = {
  image: { width: 1024, height: 1024, mpp: 0.25, mppOrigin: "request" },
  threshold: 0.5,
  windows: 2,
  detections,
  truncated: false,
  summary: { count: 1, areaMm2: 0.06554, perMm2: 15.26 },
  scored: detections,
};

/** grand-challenge.org's schema of the answer "Multiple points" (its components/schemas.py). */
const multiplePoints = {
  type: "object",
  properties: {
    name: { type: "string" },
    type: { enum: ["Multiple points"] },
    points: {
      type: "array",
      items: {
        type: "object",
        properties: {
          name: { type: "string" },
          point: { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 },
          probability: { type: "number", minimum: 0, maximum: 1 },
        },
        required: ["point"],
        additionalProperties: false,
      },
    },
    version: {
      type: "object",
      properties: {
        major: { type: "number", minimum: 0, multipleOf: 1 },
        minor: { type: "number", minimum: 0, multipleOf: 1 },
      },
      required: ["major", "minor"],
      additionalProperties: false,
    },
  },
  required: ["version", "type", "points"],
  additionalProperties: false,
};

Deno.test("a public checker accepts the GeoJSON, and it has every detection", () => {
  const written = JSON.stringify(toGeoJson(result));
  check(written);
  const { features }: ReturnType<typeof toGeoJson> = JSON.parse(written);
  deepEqual(
    features.map(({ geometry, properties }) => ({
      place: geometry.coordinates,
      type: properties.objectType,
      name: properties.classification.name,
      probability: properties.measurements["Mitosis probability"],
    })),
    [
      { place: [412, 88], type: "annotation", name: "Mitosis", probability: 0.97 },
      { place: [7.5, 1000.1], type: "annotation", name: "Below threshold", probability: 0.25 },
    ],
  );
});

Deno.test("the schema of MIDOG accepts the MIDOG JSON, and it has every detection in millimeters", () => {
  const written: ReturnType<typeof toMidog> = JSON.parse(JSON.stringify(toMidog(result)));
  const validate = new Ajv().compile(multiplePoints);
  const accepted: boolean = validate(written);
  ok(accepted, JSON.stringify(validate.errors));
  written.points.forEach(
    ({ point: [x, y, z], probability, name }, i) => {
      const detection = detections[i];
      ok(Math.abs((x ?? NaN) / 0.25e-3 - (detection?.x ?? NaN)) < 1e-9);
      ok(Math.abs((y ?? NaN) / 0.25e-3 - (detection?.y ?? NaN)) < 1e-9);
      equal(z, 0);
      equal(probability, detection?.probability);
      equal(name, detection?.mitosis ? "mitotic figure" : "non-mitotic figure");
    },
  );
});

Deno.test("CSV has a line for each detection, in pixels and micrometers", () => {
  deepEqual(toCsv(result).split("\r\n"), [
    "x,y,x_um,y_um,probability,mitosis,mpp,mpp_origin",
    "412,88,103,22,0.97,true,0.25,request",
    "7.5,1000.1,1.875,250.025,0.25,false,0.25,request",
    "",
  ]);
});
