import { Problem } from "../errors.ts";
import type { Point, Size } from "../image/region.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { Detection, DetectOptions, FieldImage, FieldResult } from "../result/result.ts";
import { summaryOf } from "../result/summary.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import { gridPoints, scoreGrid } from "./exact.ts";
import { CONCURRENT_TILES, type TiledPicture } from "./field.ts";
import { refine, scorePoints, type ScoreTarget } from "./score.ts";
import { type ScoredPoint, Suppressor } from "./suppress.ts";

/** Maximum number of windows of a grid. The points of more would take too much memory. */
const MAX_WINDOWS = 2_000_000;

/** Maximum number of detections. More could not be counted in bounded time and memory. */
export const MAX_FOUND = 200_000;

/** Points that are added to the suppression at a time, so that other requests wait only milliseconds. */
const SUPPRESSED_AT_A_TIME = 1000;

/**
 * Average number of windows that are scored for a candidate: one, and more if it may be a mitosis.
 */
const WINDOWS_PER_CANDIDATE = 1.1;

/** The progress of a search since the last report. */
export interface SearchProgress {
  /** The share of the search that is done, 0 to 1. */
  readonly done: number;
  /** Number of windows that were scored so far. */
  readonly windows: number;
  /** Number of mitoses found so far, after suppression. */
  readonly count: number;
  /** Mitoses that are new since the last report. */
  readonly added: readonly Detection[];
  /** Mitoses that were reported before and are now suppressed by a more probable neighbor. */
  readonly removed: readonly Detection[];
}

/** Parameters of a run of a search. Unlike {@linkcode DetectOptions}, they do not change what is found. */
export interface SearchRun extends RunOptions {
  /** Called after each batch of windows and after each tile. */
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Maximum number of detections in the list, the most probable first. The count is of all. Default: all. */
  readonly maxListed?: number;
  /** Whether the result has all points that were scored, for a heat map. Default: true. */
  readonly keepScored?: boolean;
}

/**
 * Finds the mitoses of a field. In each tile it finds candidates by their chromatin
 * ({@linkcode findCandidates}), scores each by the window around it, and scores those that may be
 * mitoses by several windows ({@linkcode refine}). With `exact` it scores windows at every `stride`
 * pixels instead, one for each point. Of points nearer to each other than the suppression distance,
 * only the most probable becomes a detection (non-maximum suppression, {@linkcode Suppressor}).
 *
 * The result does not depend on the order in which tiles are finished. The field stays open.
 *
 * @throws {Problem} as `Engine.run`; `request_invalid` with `tta` 8 when the model's input is not square, or
 * when a grid has too many windows; `too_many_detections` when more is found than can be counted; or the
 * reason of the signal.
 */
export async function detectMitoses(
  classifier: Classifier,
  field: TiledPicture,
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

  /**
   * Reports the share of a tile that is done, 0 to 1, and the mitoses that were found in it since.
   */
  function report(tile: number, share: number, found: readonly ScoredPoint[] = []): void {
    done += (share - (doneOfTile[tile] ?? 0)) / tiles.length;
    doneOfTile[tile] = share;
    const { added, removed } = mitoses.add(found);
    run.onProgress?.({
      done: Math.min(1, done),
      windows,
      count: mitoses.count,
      added: added.map(toDetection),
      removed: removed.map(toDetection),
    });
  }

  async function searchOne(tile: number): Promise<ScoredPoint[]> {
    let windowsOfTile = 0;
    const target = { classifier, field, tile };
    const scored = await searchTile(target, options, {
      ...run,
      onScored(count, points) {
        windows += count;
        windowsOfTile += count;
        report(tile, Math.min(1, windowsOfTile / (points * WINDOWS_PER_CANDIDATE)));
      },
    });
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

  const scored = (await pooledMap(CONCURRENT_TILES, [...tiles.keys()], searchOne)).flat();
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

/** Parameters of the search of one tile, besides its options. */
export interface TileRun extends RunOptions {
  /**
   * Called after each batch with the number of windows in it, and with the number of points that are scored
   * in the tile.
   */
  readonly onScored?: (windows: number, points: number) => void;
  /** Returns whether a point of the tile is searched; by default all are. */
  readonly includes?: (point: Point) => boolean;
}

/**
 * Searches one tile: proposes points, scores them and refines those that may be mitoses.
 *
 * @returns All points that were scored, before suppression.
 * @throws {Problem} as {@linkcode detectMitoses}.
 */
export async function searchTile(
  target: ScoreTarget,
  options: Pick<DetectOptions, "exact" | "stride" | "tta">,
  run: TileRun = {},
): Promise<ScoredPoint[]> {
  const { classifier: { bundle: { manifest } }, field, tile } = target;
  run.signal?.throwIfAborted();
  const proposed = options.exact
    ? gridPoints(field.facts, tile, manifest.input, options.stride)
    : await field.candidates(tile);
  const points = run.includes === undefined ? proposed : proposed.filter(run.includes);
  const scoring = {
    ...run,
    owner: run.owner ?? field,
    tta: options.tta,
    onScored: (windows: number) => run.onScored?.(windows, points.length),
  };
  return options.exact
    ? await scoreGrid(target, points, options.stride, scoring)
    : await refine(target, await scorePoints(target, points, scoring), scoring);
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

/** Returns the problem of a search that finds more than {@linkcode MAX_FOUND}. */
export function tooManyFound(): Problem {
  return new Problem(
    "too_many_detections",
    `The search finds more than ${MAX_FOUND} detections, too many to count. Raise the threshold or the ` +
      "suppression distance.",
  );
}

function roundToTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
