import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import { exactPlaces, scoreExactly } from "./exact.ts";
import type { FieldOpener, OpenField } from "./field_access.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import { refine, scorePlaces } from "./score.ts";
import { summaryOf } from "../result/summary.ts";
import type { Detection, DetectOptions, FieldImage, FieldResult } from "../result/result.ts";
import { type ScoredPlace, suppress } from "./suppress.ts";
import { TILES_AT_ONCE } from "../image/tiles.ts";

/** Windows that a place costs, about: one, and of those that may be mitoses several. */
const LOOKS_EACH = 1.1;

/** How far a search is. */
export interface SearchProgress {
  /** 0 to 1. */
  readonly done: number;
  /** Windows that were scored so far. */
  readonly windows: number;
  /** Mitoses found so far in the tiles that are done; suppression across tiles comes at the end. */
  readonly detections: readonly Detection[];
}

/** What a search is told besides its options. */
export interface SearchRun extends RunOptions {
  /** Told after every batch of windows. */
  readonly onProgress?: (progress: SearchProgress) => void;
}

/**
 * Opens a field for a classifier.
 *
 * @param bytes A PNG, JPEG or TIFF file; they are handed over.
 * @param maxPixels Larger pictures are refused.
 * @throws {Problem} when the file cannot be decoded.
 */
export function openField(
  opener: FieldOpener,
  { bundle }: Classifier,
  bytes: Uint8Array,
  maxPixels: number,
  mpp: number,
  signal?: AbortSignal,
): Promise<OpenField> {
  const { input, mpp: modelMpp } = bundle.manifest;
  const model = { mpp: modelMpp, width: input.width, height: input.height };
  const request = { bytes: bytes.slice(), maxPixels, mpp, model };
  return opener.open(request, signal);
}

/**
 * Finds the mitoses of a field. Tile by tile, candidates are proposed by their chromatin
 * ({@linkcode findCandidates}), each is scored by the exact window around it, and those that may be mitoses by
 * several ({@linkcode refine}). Of detections nearer than the suppression distance the most
 * probable stays. With `exact`, windows at every `stride` pixels are scored instead.
 *
 * @throws {Problem} when the network cannot be run, or the reason of the signal.
 */
export async function detectMitoses(
  classifier: Classifier,
  field: OpenField,
  options: DetectOptions,
  run: SearchRun = {},
): Promise<FieldResult> {
  const { manifest } = classifier.bundle;
  const { tiles, scale, width, height } = field.facts;
  const radius = options.suppression / manifest.mpp;
  const owner = run.owner ?? field;
  const isMitosis = ({ probability }: ScoredPlace) => probability >= options.threshold;
  const toDetection = (place: ScoredPlace): Detection => ({
    x: round(place.x / scale, 1),
    y: round(place.y / scale, 1),
    probability: place.probability,
    mitosis: isMitosis(place),
  });
  const mitoses: ScoredPlace[] = [];
  const shares = new Float64Array(tiles.length);
  let detections: Detection[] = [];
  let done = 0;
  let windows = 0;

  /** Says that so much of a tile is done, 0 to 1. */
  function report(tile: number, share: number): void {
    done += (share - (shares[tile] ?? 0)) / tiles.length;
    shares[tile] = share;
    run.onProgress?.({ done: Math.min(1, done), windows, detections });
  }

  async function search(tile: number): Promise<ScoredPlace[]> {
    run.signal?.throwIfAborted();
    const places = options.exact
      ? exactPlaces(field.facts, tile, manifest.input, options.stride)
      : await field.candidates(tile);
    let looks = 0;
    const scoring = {
      ...run,
      owner,
      tta: options.tta,
      onScored(count: number) {
        windows += count;
        looks += count;
        report(tile, Math.min(1, looks / (places.length * LOOKS_EACH)));
      },
    };
    const found = options.exact
      ? await scoreExactly(classifier, field, tile, places, options.stride, scoring)
      : await refine(
        classifier,
        field,
        tile,
        await scorePlaces(classifier, field, tile, places, scoring),
        scoring,
      );
    const more = found.filter(isMitosis);
    for (const place of more) mitoses.push(place);
    if (more.length > 0) detections = suppress(mitoses, radius).map(toDetection);
    report(tile, 1);
    return found;
  }

  const scored = (await pooledMap(TILES_AT_ONCE, [...tiles.keys()], search)).flat();
  const kept = suppress(options.keep ? scored : mitoses, radius).map(toDetection);
  const image: FieldImage = { width, height, mpp: options.mpp };
  return {
    image,
    threshold: options.threshold,
    windows,
    detections: kept,
    summary: summaryOf(image, kept.filter(({ mitosis }) => mitosis).length),
    scored: scored.map(toDetection),
  };
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
