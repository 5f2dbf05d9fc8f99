import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import { exactPlaces, scoreExactly } from "./exact.ts";
import type { FieldOpener, OpenField } from "./field_access.ts";
import { scoreMore, scorePlaces } from "./score.ts";
import { summaryOf } from "./summary.ts";
import type { Detection, DetectOptions, FieldImage, FieldResult } from "./result.ts";
import { type ScoredPlace, suppress } from "./suppress.ts";

/** How far a search is. */
export interface DetectProgress {
  /** 0 to 1. */
  readonly done: number;
  /** Windows that were scored so far. */
  readonly windows: number;
  /** Mitoses found so far in the tiles that are done; suppression across tiles comes at the end. */
  readonly detections: readonly Detection[];
}

/** What a search is told besides its options. */
export interface DetectRun extends RunOptions {
  /** Told after every batch of windows. */
  readonly onProgress?: (progress: DetectProgress) => void;
}

/**
 * Opens a field for a classifier.
 *
 * @param bytes A PNG, JPEG or TIFF file; they are handed over.
 * @param mostPixels Larger pictures are refused.
 * @throws {Problem} when the file cannot be decoded.
 */
export function openField(
  opener: FieldOpener,
  { bundle }: Classifier,
  bytes: Uint8Array,
  mostPixels: number,
  micronsPerPixel: number,
  signal?: AbortSignal,
): Promise<OpenField> {
  const { input, micronsPerPixel: modelMicrons } = bundle.manifest;
  const model = { micronsPerPixel: modelMicrons, width: input.width, height: input.height };
  const request = { bytes: bytes.slice(), mostPixels, micronsPerPixel, model };
  return opener(request, signal);
}

/**
 * Finds the mitoses of a field. Tile by tile, candidates are proposed by their chromatin
 * ({@linkcode findCandidates}), each is scored by the exact window around it, and those that may be mitoses by
 * several ({@linkcode scoreMore}). Of detections nearer than the suppression distance the most
 * probable stays. With `exact`, windows at every `stride` pixels are scored instead.
 *
 * @throws {Problem} when the network cannot be run, or the reason of the signal.
 */
export async function detectMitoses(
  classifier: Classifier,
  field: OpenField,
  options: DetectOptions,
  run: DetectRun = {},
): Promise<FieldResult> {
  const { tiles, scale } = field.facts;
  const found: ScoredPlace[] = [];
  let windows = 0;
  const toDetection = ({ x, y, probability }: ScoredPlace): Detection => ({
    x: round(x / scale, 1),
    y: round(y / scale, 1),
    probability,
    mitosis: probability >= options.threshold,
  });
  const radius = options.suppression / classifier.bundle.manifest.micronsPerPixel;
  const owner = run.owner ?? field;

  for (const tile of tiles.keys()) {
    run.signal?.throwIfAborted();
    const places = options.exact
      ? exactPlaces(field.facts, tile, classifier.bundle.manifest.input, options.stride)
      : await field.candidates(tile);
    let inTile = 0;
    const report = (count: number, detections: readonly Detection[]) => {
      inTile += count;
      windows += count;
      const share = places.length === 0 ? 1 : Math.min(1, inTile / (places.length * 1.1));
      run.onProgress?.({ done: (tile + share) / tiles.length, windows, detections });
    };
    const known = suppress(found, radius).map(toDetection).filter(({ mitosis }) => mitosis);
    const scoring = { ...run, owner, tta: options.tta, onScored: (n: number) => report(n, known) };
    if (options.exact) {
      found.push(...await scoreExactly(classifier, field, tile, places, options.stride, scoring));
    } else {
      const once = await scorePlaces(classifier, field, tile, places, scoring);
      found.push(...await scoreMore(classifier, field, tile, once, scoring));
    }
    const now = suppress(found, radius).map(toDetection).filter(({ mitosis }) => mitosis);
    run.onProgress?.({ done: (tile + 1) / tiles.length, windows, detections: now });
  }

  const kept = suppress(found, radius).map(toDetection);
  const image: FieldImage = {
    width: field.facts.width,
    height: field.facts.height,
    mpp: options.mpp,
  };
  return {
    image,
    threshold: options.threshold,
    windows,
    detections: kept.filter(({ mitosis }) => mitosis || options.keep),
    summary: summaryOf(image, kept.filter(({ mitosis }) => mitosis).length),
    scored: found.map(toDetection),
  };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
