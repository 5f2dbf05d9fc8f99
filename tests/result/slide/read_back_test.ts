import { deepEqual, equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Mask } from "../../../src/image/mask.ts";
import { toDicomAnnotations } from "../../../src/result/slide/dicom_annotations.ts";
import { toSlideGeoJson } from "../../../src/result/slide/slide_geojson.ts";
import { summarizeSlide } from "../../../src/result/slide/slide_result.ts";
import { pythonTest } from "../../optional.ts";
import { randomFrom } from "../../random.ts";

/** An area as shapely sees it. */
interface ReadArea {
  readonly name: string;
  readonly area: number;
  readonly center: readonly [number, number];
  readonly mitoses: number;
}

/** Cells of 32 px: a slide of 40,000 x 30,000 px whose tissue is a ring, an outline with a hole. */
const tissue: Mask = {
  width: 1250,
  height: 938,
  cell: 32,
  data: Uint8Array.from({ length: 1250 * 938 }, (_, i) => {
    const distance = Math.hypot(i % 1250 - 600, Math.floor(i / 1250) - 450);
    return distance > 150 && distance < 400 ? 1 : 0;
  }),
};

const reference = {
  studyUid: "1.2.3",
  seriesUid: "1.2.3.4",
  sopClassUid: "1.2.840.10008.5.1.4.1.1.77.1.6",
  sopInstanceUid: "1.2.3.4.5",
  frameOfReferenceUid: "1.2.3.9",
};

pythonTest(
  "highdicom and shapely read the places, probabilities and areas that were written",
  ["highdicom", "shapely"],
  async (python) => {
    const random = randomFrom(3);
    const detections = Array.from({ length: 300 }, (_, i) => ({
      x: random(400_000) / 10,
      y: random(300_000) / 10,
      probability: 1 - i / 1000,
      mitosis: true,
    }));
    const result = summarizeSlide({
      image: { width: 40_000, height: 30_000, mpp: 0.25, mppOrigin: "file", format: "DICOM" },
      model: { name: "m", version: "2", sha256: "ab", quality: [] },
      threshold: 0.5,
      windows: 1000,
      detections,
      tissue,
      hasRegion: false,
      dicom: reference,
    }, { area: { areaMm2: 2 }, convention: "cap" });
    const { dicom, geojson } = await readBack(python, {
      annotations: await toDicomAnnotations(result, reference, new Date()) ?? new Uint8Array(),
      geojson: JSON.stringify(toSlideGeoJson(result)),
    });

    const places = detections.map(({ x, y }) => [x, y]);
    // DICOM stores 32-bit numbers.
    deepEqual(dicom.points, places.map((place) => place.map(Math.fround)));
    deepEqual(dicom.probabilities, detections.map(({ probability }) => Math.fround(probability)));
    equal(dicom.measured, "Probability of a mitosis");
    equal(dicom.graphicType, "POINT");
    equal(dicom.meaning, "Mitosis");
    equal(dicom.algorithm, "AUTOMATIC");
    equal(dicom.refersTo, reference.sopInstanceUid);
    deepEqual(dicom.patient, ["", ""]);

    deepEqual(geojson.invalid, []);
    deepEqual(geojson.points, places);
    const areas: ReadArea[] = geojson.areas;
    const [ring, ...circles] = areas;
    // The area of the ring by arithmetic, in pixels; the outline follows cells of 32 px.
    const expected = Math.PI * (400 ** 2 - 150 ** 2) * 32 ** 2;
    ok(ring !== undefined && Math.abs(ring.area / expected - 1) < 0.005, `${ring?.area}`);
    equal(circles.length, result.hotspots.length);
    for (const [i, { area, center, mitoses }] of circles.entries()) {
      const hotspot = result.hotspots[i];
      ok(hotspot !== undefined);
      // A polygon of 128 corners has 0.9996 of the area of its circle, which is 2 mm².
      ok(Math.abs(area * 0.25 ** 2 / 2e6 - 1) < 0.001, `${area}`);
      ok(Math.hypot(center[0] - hotspot.x, center[1] - hotspot.y) < 0.1, `${center}`);
      // Mitoses on the circle itself may lie outside of the polygon.
      ok(mitoses <= hotspot.count && mitoses >= hotspot.count - 3, `${mitoses} ${hotspot.count}`);
    }
  },
);

async function readBack(
  python: string,
  { annotations, geojson }: { readonly annotations: Uint8Array; readonly geojson: string },
) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/a.ann.dcm`, annotations);
    await Deno.writeTextFile(`${folder}/a.geojson`, geojson);
    const script = fileURLToPath(new URL("read_back.py", import.meta.url));
    const { success, stdout, stderr } = await new Deno.Command(python, {
      args: [script, `${folder}/a.ann.dcm`, `${folder}/a.geojson`],
    }).output();
    ok(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
