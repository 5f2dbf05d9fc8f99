import { Problem } from "../errors.ts";
import type { Size } from "../image/region.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { Detection, DetectOptions, FieldImage, FieldResult } from "../result/result.ts";
import { summaryOf } from "../result/summary.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import { gridPoints, scoreGrid } from "./exact.ts";
import { CONCURRENT_TILES, type Field } from "./field.ts";
import { refine, scorePoints } from "./score.ts";
import { type ScoredPoint, Suppressor } from "./suppress.ts";

/** A grid of more windows is refused: their points would take too much memory. */
const MAX_WINDOWS = 2_000_000;

/** A search that finds more is refused, because it could not be counted in bounded time and memory. */
const MAX_FOUND = 200_000;

/** Points that are suppressed at a time, so that other requests wait a few milliseconds at most. */
const SUPPRESSED_AT_A_TIME = 1000;

/** Windows that a candidate takes on average: one, and several where it may be a mitosis. */
const WINDOWS_PER_CANDIDATE = 1.1;

/** The progress of a search. */
export interface SearchProgress {
  /** The part that is done, 0 to 1. */
  readonly done: number;
  /** Windows that were scored so far. */
  readonly windows: number;
  /** Mitoses found so far, after suppression. */
  readonly count: number;
  /** Mitoses that are new since the last progress. */
  readonly added: readonly Detection[];
  /** Mitoses that were reported before and that a more probable neighbor has replaced. */
  readonly removed: readonly Detection[];
}

/** How a search is run, besides its options. */
export interface SearchRun extends RunOptions {
  /** Called after each batch of windows and after each tile. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /** At most so many detections are listed, the most probable; the count is of all. Default: all. */
  readonly maxListed?: number;
  /** Whether the result has all points that were scored, for a heat map. Default: true. */
  readonly keepScored?: boolean;
}

/**
 * Finds the mitoses of a field. In each tile it proposes candidates by their chromatin
 * ({@linkcode findCandidates}), scores each by the window around it, and scores those that may be
 * mitoses by several windows ({@linkcode refine}). Non-maximum suppression ({@linkcode Suppressor}) then
 * keeps the most probable of detections that are nearer to each other than the suppression distance.
 * With `exact` it scores windows at every `stride` pixels instead.
 *
 * The result does not depend on the order in which tiles are ready.
 *
 * @throws {Problem} when the network cannot be run; `request_invalid` when a grid has too many windows,
 * `too_many_detections` when more is found than can be counted; the reason of the signal when it fires.
 */
export async function detectMitoses(
  classifier: Classifier,
  field: Field,
  options: DetectOptions,
  run: SearchRun = {},
): Promise<FieldResult> {
  const { manifest } = classifier.bundle;
  const { tiles, scale, width, height, resolution } = field.facts;
  const distance = options.suppression / manifest.mpp;
  const mitoses = new Suppressor<ScoredPoint>(distance);
  const everything = options.keep ? new Suppressor<ScoredPoint>(distance) : mitoses;
  const { maxListed = Infinity, keepScored = true } = run;
  if (options.exact) checkGrid(field.facts.scaled, manifest.input, options.stride);
  const doneOfTile = new Float64Array(tiles.length);
  let done = 0;
  let windows = 0;

  const isMitosis = ({ probability }: ScoredPoint) => probability >= options.threshold;
  const toDetection = (point: ScoredPoint): Detection => ({
    x: roundToTenths(point.x / scale),
    y: roundToTenths(point.y / scale),
    probability: point.probability,
    mitosis: isMitosis(point),
  });

  /** Reports that a part of a tile is done, 0 to 1, and what that has found. */
  function report(tile: number, part: number, found: readonly ScoredPoint[] = []): void {
    done += (part - (doneOfTile[tile] ?? 0)) / tiles.length;
    doneOfTile[tile] = part;
    const { added, removed } = mitoses.add(found);
    run.onProgress?.({
      done: Math.min(1, done),
      windows,
      count: mitoses.count,
      added: added.map(toDetection),
      removed: removed.map(toDetection),
    });
  }

  async function searchTile(tile: number): Promise<ScoredPoint[]> {
    run.signal?.throwIfAborted();
    const points = options.exact
      ? gridPoints(field.facts, tile, manifest.input, options.stride)
      : await field.candidates(tile);
    let windowsOfTile = 0;
    const scoring = {
      ...run,
      owner: run.owner ?? field,
      tta: options.tta,
      onScored(count: number) {
        windows += count;
        windowsOfTile += count;
        report(tile, Math.min(1, windowsOfTile / (points.length * WINDOWS_PER_CANDIDATE)));
      },
    };
    const target = { classifier, field, tile };
    const scored = options.exact
      ? await scoreGrid(target, points, options.stride, scoring)
      : await refine(target, await scorePoints(target, points, scoring), scoring);
    for (let start = 0; start < scored.length; start += SUPPRESSED_AT_A_TIME) {
      if (start > 0) await pause();
      run.signal?.throwIfAborted();
      const some = scored.slice(start, start + SUPPRESSED_AT_A_TIME);
      report(tile, 1, some.filter(isMitosis));
      if (options.keep) everything.add(some);
      if (everything.count > MAX_FOUND) throw tooManyFound();
    }
    if (scored.length === 0) report(tile, 1);
    return keepScored ? scored : [];
  }

  const scored = (await pooledMap(CONCURRENT_TILES, [...tiles.keys()], searchTile)).flat();
  const detections = (await everything.highest(maxListed, pause)).map(toDetection);
  await pause();
  const image: FieldImage = { width, height, ...resolution };
  return {
    image,
    threshold: options.threshold,
    windows,
    detections,
    truncated: detections.length < everything.count,
    summary: summaryOf(image, mitoses.count),
    scored: scored.map(toDetection),
  };
}

/** Lets other tasks of this thread run. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @throws {Problem} `request_invalid` when the grid has too many windows. */
function checkGrid(field: Size, window: Size, stride: number): void {
  const along = (length: number, side: number) =>
    Math.max(1, Math.floor((length - side) / stride) + 1);
  const windows = along(field.width, window.width) * along(field.height, window.height);
  if (windows <= MAX_WINDOWS) return;
  throw new Problem(
    "request_invalid",
    `With stride ${stride} the grid has ${windows} windows; at most ${MAX_WINDOWS} are searched. Use a ` +
      "larger stride, or a smaller field.",
  );
}

function tooManyFound(): Problem {
  return new Problem(
    "too_many_detections",
    `The search finds more than ${MAX_FOUND} detections, too many to count. Raise the threshold or the ` +
      "suppression distance.",
  );
}

function roundToTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
