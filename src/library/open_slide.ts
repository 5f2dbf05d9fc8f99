import type { Classifier } from "../patch/classifier.ts";
import { type SlideResult, summarizeSlide } from "../result/slide/slide_result.ts";
import type { TileRecord } from "../slide_search/journal.ts";
import { openSlideInWorker } from "../slide_search/open_in_worker.ts";
import { openSlideHere, type SearchableSlide } from "../slide_search/open_slide.ts";
import { readRegion } from "../slide_search/region.ts";
import { findingsOf, prepareSearch, searchSlide } from "../slide_search/search_slide.ts";
import { readNumber, readSearchOptions } from "./read_options.ts";
import type { CallOptions, OpenSlide, SlideDetections, SlideSearchOptions } from "./types.ts";

/** Default area of the hotspot in square millimeters. */
const DEFAULT_HOTSPOT_MM2 = 2;

/**
 * Opens a slide.
 *
 * @param workers Number of inference workers; with 0 the slide is read in this thread too.
 * @throws {Problem} as `openSlideHere`.
 */
export async function openSlide(
  classifier: Classifier,
  workers: number,
  location: string | readonly string[],
  { mpp, signal }: CallOptions & { readonly mpp?: number },
): Promise<OpenSlide> {
  const { manifest } = classifier.bundle;
  const { input: { width, height }, mpp: modelMpp } = manifest;
  const options = readSearchOptions({ mpp }, manifest);
  const locations = typeof location === "string" ? location : [...location];
  const request = {
    location: locations,
    // The program that calls the library chose the address itself.
    allowedUrls: [locations].flat(),
    mpp: options.mpp,
    model: { mpp: modelMpp, width, height },
  };
  const slide = workers === 0
    ? await openSlideHere(request)
    : await openSlideInWorker(request, signal);
  const { facts } = slide;
  return {
    image: { width: facts.width, height: facts.height, ...facts.resolution },
    format: facts.format,
    search: (given = {}) => search(classifier, slide, given),
    close: () => slide.close(),
    [Symbol.dispose]: () => slide.close(),
  };
}

async function search(
  classifier: Classifier,
  slide: SearchableSlide,
  { hotspotMm2 = DEFAULT_HOTSPOT_MM2, region, signal, onProgress, ...given }: SlideSearchOptions,
): Promise<SlideDetections> {
  const { bundle } = classifier;
  const areaMm2 = readNumber("hotspotMm2", hotspotMm2, 0.1, 20);
  const options = readSearchOptions(given, bundle.manifest);
  const searchRegion = region === undefined ? undefined : readRegion(region);
  const prepared = await prepareSearch({ slide, bundle, options, region: searchRegion });
  const records = new Map<number, TileRecord>();
  const journal = {
    records,
    dropped: undefined,
    append(record: TileRecord): Promise<void> {
      records.set(record.tile, record);
      return Promise.resolve();
    },
    [Symbol.dispose]() {},
  };
  await searchSlide(prepared, classifier, journal, undefined, {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : {
      onProgress: ({ tilesDone, tiles, count }) =>
        onProgress(tiles === 0 ? 1 : tilesDone / tiles, count),
    }),
  });
  return toDetections(
    summarizeSlide(findingsOf(prepared, records), { area: { areaMm2 }, convention: "cap" }),
  );
}

function toDetections(
  { image, threshold, detections, summary, hotspots, score, warnings, coverage }: SlideResult,
): SlideDetections {
  return {
    image,
    threshold,
    detections,
    summary,
    hotspots,
    score: score.score,
    warnings,
    coverage,
  };
}
