import { deepEqual, equal, match, ok } from "node:assert/strict";
import dicomParser from "dicom-parser";
import { toDicomAnnotations } from "../../../src/result/slide/dicom_annotations.ts";
import { type SlideFindings, summarizeSlide } from "../../../src/result/slide/slide_result.ts";

const findings: SlideFindings = {
  image: { width: 2000, height: 1000, mpp: 0.25, mppOrigin: "file", format: "DICOM" },
  model: { name: "m", version: "2", sha256: "ab", quality: [] },
  threshold: 0.5,
  windows: 3,
  detections: [
    { x: 100.5, y: 200, probability: 0.75, mitosis: true },
    { x: 1500, y: 900.1, probability: 0.5, mitosis: true },
  ],
  tissue: { width: 2, height: 1, cell: 1000, data: new Uint8Array([1, 1]) },
  hasRegion: false,
};

const slide = {
  studyUid: "1.2.3",
  seriesUid: "1.2.3.4",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.77.1.6",
  sopInstanceUid: "1.2.3.4.5",
  frameOfReferenceUid: "1.2.3.9",
};

const resultOf = (changed: Partial<SlideFindings> = {}) =>
  summarizeSlide({ ...findings, ...changed }, { area: { areaMm2: 2 }, convention: "cap" });

Deno.test("the annotations have the points, the probabilities and the UIDs of the slide, and no patient", async () => {
  const bytes = await toDicomAnnotations(resultOf(), slide, new Date("2030-05-06T07:08:09Z"));
  ok(bytes !== undefined);
  const file = dicomParser.parseDicom(bytes);
  equal(file.string("x00080016"), "1.2.840.10008.5.1.4.1.1.91.1");
  equal(file.string("x00020003"), file.string("x00080018"));
  match(file.string("x00080018") ?? "", /^2\.25\.\d{30,39}$/);
  equal(file.string("x0020000d"), "1.2.3");
  equal(file.string("x00200052"), "1.2.3.9");
  equal(file.string("x00080023"), "20300506");
  const series = file.elements["x00081115"]?.items?.[0]?.dataSet;
  equal(series?.string("x0020000e"), "1.2.3.4");
  equal(series?.elements["x0008114a"]?.items?.[0]?.dataSet?.string("x00081155"), "1.2.3.4.5");
  for (const tag of ["x00100010", "x00100020", "x00100030", "x00100040", "x00080050"]) {
    equal(file.elements[tag]?.length, 0, tag);
  }
  const group = file.elements["x006a0002"]?.items?.[0]?.dataSet;
  equal(group?.uint32("x006a000c"), 2);
  equal(group?.string("x00700023"), "POINT");
  const points = [0, 1, 2, 3].map((i) => group?.float("x00660016", i));
  deepEqual(points, [100.5, 200, 1500, Math.fround(900.1)]);
  const measured = group?.elements["x00660121"]?.items?.[0]?.dataSet;
  const values = measured?.elements["x00660132"]?.items?.[0]?.dataSet;
  deepEqual([values?.float("x00660125", 0), values?.float("x00660125", 1)], [0.75, 0.5]);
  const type = group?.elements["x006a000a"]?.items?.[0]?.dataSet;
  equal(type?.string("x00080100"), "75167008");
});

Deno.test("the same result has the same UIDs, another one has others, and no mitosis gives no file", async () => {
  const now = new Date();
  const bytes = async (changed: Partial<SlideFindings> = {}) =>
    await toDicomAnnotations(resultOf(changed), slide, now);
  deepEqual(await bytes(), await bytes());
  const uidOf = (file?: Uint8Array) =>
    dicomParser.parseDicom(file ?? new Uint8Array()).string("x00080018");
  ok(uidOf(await bytes()) !== uidOf(await bytes({ threshold: 0.4 })));
  equal(await bytes({ detections: [] }), undefined);
});
