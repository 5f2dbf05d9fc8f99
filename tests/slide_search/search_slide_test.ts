import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { pictureSource } from "../../src/image/pixel_source.ts";
import { resample } from "../../src/image/resample.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import type { SlideFindings } from "../../src/result/slide/slide_result.ts";
import { fieldOf } from "../../src/search/field.ts";
import { resolveOptions } from "../../src/search/options.ts";
import { detectMitoses } from "../../src/search/search.ts";
import type { Slide } from "../../src/slide/slide.ts";
import { openJournal, parseJournal } from "../../src/slide_search/journal.ts";
import { searchable } from "../../src/slide_search/open_slide.ts";
import { readRegion, type SearchRegion } from "../../src/slide_search/region.ts";
import {
  findingsOf,
  journalKey,
  missingTiles,
  prepareSearch,
  searchSlide,
  type Shard,
} from "../../src/slide_search/search_slide.ts";
import { drawnSlide, memorySlide, MITOSES, TISSUE } from "./memory_slide.ts";

const THRESHOLD = 0.7;

async function withClassifier(test: (classifier: Classifier) => Promise<void>): Promise<void> {
  const classifier = await loadClassifier({
    modelDir: "",
    inferenceWorkers: 0,
    batchSize: 8,
    workerTimeoutMs: 10_000,
    workerMemoryBytes: 2 ** 29,
  });
  try {
    await test(classifier);
  } finally {
    await classifier.engine.close();
  }
}

interface SearchOnce {
  readonly journal: string;
  readonly region?: SearchRegion;
  readonly shard?: Shard;
  /** Stops the search after so many tiles. */
  readonly stopAfter?: number;
}

/** Opens a slide, searches it with a journal, and returns its findings. */
async function searchOnce(
  classifier: Classifier,
  slide: Slide,
  { journal: path, region, shard, stopAfter = Infinity }: SearchOnce,
) {
  const { bundle } = classifier;
  const { input: { width, height }, mpp } = bundle.manifest;
  const options = resolveOptions({ threshold: THRESHOLD }, bundle.manifest);
  const open = searchable(slide, { mpp: undefined, model: { mpp, width, height } });
  const search = await prepareSearch({ slide: open, bundle, options, region });
  using journal = await openJournal(path, await journalKey(search));
  const before = journal.records.size;
  const controller = new AbortController();
  let tiles = 0;
  await searchSlide(search, classifier, journal, shard, {
    signal: controller.signal,
    onProgress: (progress) => {
      tiles = progress.tiles;
      if (progress.tilesDone - before >= stopAfter) controller.abort(new Error("stopped"));
    },
  });
  return {
    before,
    tiles,
    dropped: journal.dropped,
    search,
    findings: findingsOf(search, journal.records),
    missing: missingTiles(search, journal.records),
  };
}

/** For each drawn mitosis, how far the nearest detection is. */
function distances({ detections }: SlideFindings): number[] {
  return MITOSES.map((c) => Math.min(...detections.map((d) => Math.hypot(d.x - c.x, d.y - c.y))));
}

async function tempJournal(): Promise<string> {
  return `${await Deno.makeTempDir()}/slide.journal`;
}

Deno.test("a drawn slide gives its mitoses, and a crop of it as a field gives the same", () =>
  withClassifier(async (classifier) => {
    const picture = await drawnSlide();
    const slide = memorySlide(picture, { mpp: 0.25 });
    const { findings, tiles } = await searchOnce(classifier, slide, {
      journal: await tempJournal(),
    });
    equal(findings.detections.length, MITOSES.length);
    ok(distances(findings).every((distance) => distance <= 4), distances(findings).join(", "));
    // Tiles of 512 px under the tissue and 64 um around it: columns 0 to 4, rows 0 to 3.
    equal(tiles, 20);

    const region = { x: 700, y: 600, width: 1200, height: 700 };
    const crop = resample(picture, 1, region);
    const fromField = await fieldDetections(classifier, crop);
    const border = 32 / 0.25;
    const isInner = ({ x, y }: { readonly x: number; readonly y: number }) =>
      Math.min(x, y) >= border && x < region.width - border && y < region.height - border;
    const fromSlide = findings.detections
      .map((detection) => ({ ...detection, x: detection.x - 700, y: detection.y - 600 }));
    deepEqual(fromSlide.filter(isInner), fromField.filter(isInner));
    equal(fromField.filter(isInner).length, 2);
  }));

async function fieldDetections(classifier: Classifier, picture: RgbImage) {
  const { manifest } = classifier.bundle;
  const { input: { width, height }, mpp } = manifest;
  const field = fieldOf(pictureSource(picture, 0.25), {
    mpp: undefined,
    model: { mpp, width, height },
  });
  const options = resolveOptions({ threshold: THRESHOLD }, manifest);
  return (await detectMitoses(classifier, field, options)).detections;
}

Deno.test("a search that is stopped again and again, with a torn journal, ends with the same result", () =>
  withClassifier(async (classifier) => {
    const picture = await drawnSlide();
    const slide = memorySlide(picture, { mpp: 0.25 });
    const { findings } = await searchOnce(classifier, slide, { journal: await tempJournal() });
    const journal = await tempJournal();
    for (const stopAfter of [3, 1, 5]) {
      await rejects(searchOnce(classifier, slide, { journal, stopAfter }), /stopped/);
      // The last line is torn, as when the machine fails while it is written.
      const bytes = await Deno.readFile(journal);
      await Deno.writeFile(journal, bytes.subarray(0, -7));
    }
    const last = await searchOnce(classifier, slide, { journal });
    ok(last.before > 0 && last.before < last.tiles, `${last.before}`);
    equal(JSON.stringify(last.findings), JSON.stringify(findings));
    equal(parseJournal(await Deno.readFile(journal)).records.length, last.tiles);
    const again = await searchOnce(classifier, slide, { journal });
    equal(again.before, again.tiles);
    equal(JSON.stringify(again.findings), JSON.stringify(findings));
  }));

Deno.test("shards together give what one search gives, and know what is missing", () =>
  withClassifier(async (classifier) => {
    const slide = memorySlide(await drawnSlide(), { mpp: 0.25 });
    const whole = await searchOnce(classifier, slide, { journal: await tempJournal() });
    const records = new Map();
    for (const index of [2, 1, 3]) {
      const journal = await tempJournal();
      const shard = await searchOnce(classifier, slide, { journal, shard: { index, count: 3 } });
      equal(shard.missing.length, whole.tiles - shard.tiles);
      for (const record of parseJournal(await Deno.readFile(journal)).records) {
        equal(records.has(record.tile), false);
        records.set(record.tile, record);
      }
    }
    equal(missingTiles(whole.search, records).length, 0);
    equal(JSON.stringify(findingsOf(whole.search, records)), JSON.stringify(whole.findings));
  }));

Deno.test("a region limits the search, and another region begins the journal anew", () =>
  withClassifier(async (classifier) => {
    const slide = memorySlide(await drawnSlide(), { mpp: 0.25 });
    const journal = await tempJournal();
    const corners = [[800, 600], [1200, 600], [1200, 1200], [800, 1200], [800, 600]];
    const region = readRegion(JSON.stringify({ type: "Polygon", coordinates: [corners] }));
    const { findings, tiles } = await searchOnce(classifier, slide, { journal, region });
    deepEqual(distances(findings).map((distance) => distance <= 4), [
      true,
      true,
      false,
      false,
      false,
    ]);
    equal(findings.detections.length, 2);
    ok(tiles < 20);
    const whole = await searchOnce(classifier, slide, { journal });
    match(whole.dropped ?? "", /another region/);
    equal(whole.findings.detections.length, MITOSES.length);
  }));

Deno.test("a slide at 0.5 um is searched at the model's resolution, and its places are its own", () =>
  withClassifier(async (classifier) => {
    const picture = await drawnSlide();
    const half = resample(picture, 0.5, {
      x: 0,
      y: 0,
      width: picture.width / 2,
      height: picture.height / 2,
    });
    const { findings } = await searchOnce(classifier, memorySlide(half, { mpp: 0.5 }), {
      journal: await tempJournal(),
    });
    const doubled = findings.detections.map((d) => ({ ...d, x: d.x * 2, y: d.y * 2 }));
    const found = distances({ ...findings, detections: doubled });
    ok(found.every((distance) => distance <= 6), found.join(", "));
  }));

Deno.test("a slide without scale, and one without tissue, are refused", async () => {
  const model = { mpp: 0.25, width: 64, height: 64 };
  const picture = await drawnSlide();
  const isProblem = (code: string) => (thrown: unknown) =>
    (thrown as { code: string }).code === code;
  await rejects(
    async () => await Promise.resolve(searchable(memorySlide(picture), { mpp: undefined, model })),
    isProblem("scale_missing"),
  );
  const glass = memorySlide({ ...picture, data: picture.data.map(() => 243) }, { mpp: 0.25 });
  await withClassifier(async (classifier) => {
    await rejects(
      searchOnce(classifier, glass, { journal: await tempJournal() }),
      isProblem("slide_empty"),
    );
  });
  equal(TISSUE.width, 1600);
});
