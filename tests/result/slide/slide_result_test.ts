import { deepEqual, equal, match, ok } from "node:assert/strict";
import { check } from "npm:@placemarkio/check-geojson@0.1.14";
import { decodePng } from "../../../src/image/png/decode.ts";
import type { Mask } from "../../../src/image/mask.ts";
import { drawSlideOverview } from "../../../src/result/picture/slide_overview.ts";
import { describeScore } from "../../../src/result/slide/mitotic_score.ts";
import { toSlideGeoJson } from "../../../src/result/slide/slide_geojson.ts";
import { toSlideJson } from "../../../src/result/slide/slide_json.ts";
import { type SlideFindings, summarizeSlide } from "../../../src/result/slide/slide_result.ts";

/** Cells of 32 px at 0.25 um are 8 um wide. The left half of 400 x 300 cells is tissue: 3.84 mm². */
const tissue: Mask = {
  width: 400,
  height: 300,
  cell: 32,
  data: Uint8Array.from({ length: 400 * 300 }, (_, i) => i % 400 < 200 ? 1 : 0),
};

const mitosis = (x: number, y: number) => ({ x, y, probability: 0.99, mitosis: true });

/** Twenty mitoses in a square of 1000 px, and one far from it. */
const detections = [
  ...Array.from({ length: 20 }, (_, i) => mitosis(2000 + 250 * (i % 5), 3000 + 250 * (i >> 2))),
  mitosis(3000, 9500),
];

const findings: SlideFindings = {
  image: {
    width: 12_800,
    height: 9600,
    mpp: 0.25,
    mppOrigin: "file",
    fileMpp: 0.25,
    format: "SVS",
  },
  model: { name: "m", version: "1", sha256: "ab", quality: [{ data: "d", f1: 0.7 }] },
  threshold: 0.9,
  windows: 100,
  detections,
  tissue,
  hasRegion: false,
};

const result = summarizeSlide(findings, { area: { areaMm2: 2 }, convention: "cap" });

Deno.test("a slide's count, density, hotspot and score are as computed by hand", () => {
  deepEqual(result.summary, {
    count: 21,
    areaMm2: 3.84,
    perMm2: 5.469,
    // Garwood's interval of 21, by a table.
    countInterval: [13, 32.1],
  });
  const [hottest] = result.hotspots;
  equal(hottest?.count, 20);
  equal(hottest.perMm2, 10);
  // The square of 1000 px around the 20 mitoses has its middle here.
  deepEqual([hottest.x, hottest.y], [2500, 3500]);
  // The circle of 2 mm² has a radius of 797.9 um.
  ok(Math.abs(hottest.radius * 0.25 - 797.885) < 0.01);
  equal(result.score.score, 3);
  equal(result.score.value, 10);
  match(result.coverage, /No tumor outline was used/);
  // A circle around (2500, 3500) of 3191.5 px reaches 691.5 px beyond the left border of the slide.
  ok(hottest.tissueShare > 0.8 && hottest.tissueShare < 0.95, `${hottest.tissueShare}`);
});

Deno.test("a slide without mitoses has score 1, and one with a region says so", () => {
  const none = summarizeSlide(
    { ...findings, detections: [], hasRegion: true },
    { area: { areaMm2: 2 }, convention: "tupac" },
  );
  deepEqual(none.hotspots, []);
  equal(none.score.score, 1);
  equal(none.summary.perMm2, 0);
  match(none.coverage, /Only the given region/);
});

Deno.test("a hotspot that is mostly glass has a warning", () => {
  const few = { ...tissue, data: tissue.data.map((value, i) => i % 400 < 80 ? value : 0) };
  const { warnings } = summarizeSlide(
    { ...findings, tissue: few },
    { area: { areaMm2: 2 }, convention: "cap" },
  );
  deepEqual(warnings.map(({ code }) => code), ["hotspot_not_tissue"]);
  // The circle has 10 per mm². Between a third and all of it is tissue.
  match(warnings[0]?.message ?? "", /too low: per mm² of tissue it has [12]\d\.\d+ mitoses/);
});

Deno.test("on a biopsy the score is given by the area and by its tissue", () => {
  // 3 mitoses in a strip of 12 x 300 cells of 8 um, of which a circle of 2 mm² holds at most 12 x 200.
  const strip = {
    ...tissue,
    data: tissue.data.map((_, i) => i % 400 >= 194 && i % 400 < 206 ? 1 : 0),
  };
  const biopsy = {
    ...findings,
    detections: [4500, 4800, 5100].map((y) => mitosis(6400, y)),
    tissue: strip,
  };
  const cap = summarizeSlide(biopsy, { area: { areaMm2: 2 }, convention: "cap" });
  // 3 in 2 mm² are 1.5 per mm²; the circle's diameter is 1,595.8 um, and 1,595.8 x 96 um are 0.153 mm².
  deepEqual([cap.score.score, cap.score.value], [1, 1.5]);
  equal(cap.score.byTissue?.score, 3);
  ok(Math.abs((cap.score.byTissue?.value ?? 0) - 3 / 0.153) < 0.3, `${cap.score.byTissue?.value}`);
  match(
    cap.warnings[0]?.message ?? "",
    /The score is 1 by the whole circle and 3 by its tissue; decide/,
  );
  equal(describeScore(cap.score), "1 by the area, 3 by its tissue");
  const tupac = summarizeSlide(biopsy, { area: { areaMm2: 2 }, convention: "tupac" });
  deepEqual([tupac.score.score, tupac.score.byTissue?.score], [1, 3]);
  // Where the circle is tissue, there is one score.
  equal(result.score.byTissue, undefined);
});

Deno.test("the GeoJSON is valid and holds the tissue, the hotspots and the mitoses in their places", () => {
  const text = JSON.stringify(toSlideGeoJson(result));
  check(text);
  const { features }: ReturnType<typeof toSlideGeoJson> = JSON.parse(text);
  const named = (name: string) =>
    features.filter(({ properties }) => properties.classification.name === name);
  equal(named("Mitosis").length, 21);
  deepEqual(named("Mitosis")[0]?.geometry, { type: "Point", coordinates: [2000, 3000] });
  deepEqual(named("Tissue")[0]?.geometry, {
    type: "MultiPolygon",
    coordinates: [[[[0, 0], [6400, 0], [6400, 9600], [0, 9600], [0, 0]]]],
  });
  const [hottest] = named("Hotspot");
  equal((hottest?.properties.measurements as { Mitoses?: number })["Mitoses"], 20);
  const corners = hottest?.geometry.type === "Polygon" ? hottest.geometry.coordinates[0] ?? [] : [];
  for (const [x = NaN, y = NaN] of corners) {
    ok(Math.abs(Math.hypot(x - 2500, y - 3500) * 0.25 - 797.885) < 0.1);
  }
  match(text, /For research use only/);
});

Deno.test("the JSON has the interval, the rule of the score and the research-use sentence", () => {
  const json = toSlideJson(result);
  equal(json.searched, "tissue");
  deepEqual([json.hotspots[0]?.xMm, json.hotspots[0]?.yMm], [0.625, 0.875]);
  match(json.score.text, /also 3 to 4 and 7 to 8, is score 2/);
  match(json.note, /research use only/);
  match(json.interval, /Poisson/);
});

Deno.test("the overview shows the hotspot, the tissue's outline and the mitoses", () => {
  const picture = { width: 400, height: 300, data: new Uint8Array(400 * 300 * 3).fill(243) };
  const pen = { ...tissue, data: new Uint8Array(400 * 300) };
  pen.data.fill(1, 250 * 400 + 300, 250 * 400 + 310);
  const { width, height, data } = decodePng(drawSlideOverview(picture, pen, result));
  // A small overview is enlarged three times.
  deepEqual([width, height], [1200, 900]);
  const at = (
    x: number,
    y: number,
  ) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  const pixel = (slide: number) => Math.round(slide / 32 * 3);
  deepEqual(at(pixel(3000), pixel(9500)), [0, 200, 60]);
  deepEqual(at(pixel(2500 + 3191.5), pixel(3500)), [220, 30, 30]);
  deepEqual(at(pixel(6400) - 1, pixel(7000)), [30, 90, 220]);
  deepEqual(at(305 * 3 + 1, 250 * 3 + 1), [120, 120, 120]);
  deepEqual(at(1100, 600), [243, 243, 243]);
});
