import { Problem } from "../errors.ts";
import { oriented } from "../image/orientations.ts";
import type { Point } from "../image/region.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { TiledPicture } from "./field.ts";
import type { ScoredPoint } from "./suppress.ts";

/** Micrometers across and down from a point to the centers of the four other windows of refinement. */
const REFINE_SHIFT_UM = 1;

/** Windows of refinement besides the one around the point itself. */
const CORNERS = 4;

/** A point is refined when its own window reaches this part of the threshold. */
const REFINE_FROM = 0.5;

/** Windows that are cut at a time: enough work for the engine while the next ones are cut. */
const CUT_AT_A_TIME = 128;

/** The tile whose points are scored, and the classifier that scores them. */
export interface ScoreTarget {
  readonly classifier: Classifier;
  readonly field: TiledPicture;
  readonly tile: number;
}

/** How points are scored. */
export interface ScoreOptions extends RunOptions {
  /** 1, or 8 to refine with all eight orientations of a window ({@linkcode oriented}). */
  readonly tta: 1 | 8;
  /** Called with the number of windows that were scored since the last call. */
  readonly onScored: (windows: number) => void;
}

/** A picture cut out around a point, and how many windows of the network it holds, in reading order. */
interface Cut {
  readonly width: number;
  readonly height: number;
  readonly windows: number;
}

/** Scores each point of a tile by the window around it. */
export async function scorePoints(
  target: ScoreTarget,
  points: readonly Point[],
  options: ScoreOptions,
): Promise<ScoredPoint[]> {
  const window = { ...target.classifier.bundle.manifest.input, windows: 1 };
  const probabilities = await scoreCuts(target, points, window, 0, options);
  return points.map(({ x, y }, i) => ({ x, y, probability: probabilities[i] ?? 0 }));
}

/**
 * Refines the points that may be mitoses. The probability of such a point becomes the mean over five
 * windows: the one around the point and four that are shifted by 1 um across and down. With `tta` 8 it
 * is the mean over all orientations of these, unless the network gives all orientations the same
 * probability. The mean averages out where the frame of a window happens to lie. All other points keep
 * the probability of their own window.
 *
 * @throws {Problem} `request_invalid` with `tta` 8 when the model's input is not square.
 */
export async function refine(
  target: ScoreTarget,
  scored: readonly ScoredPoint[],
  options: ScoreOptions,
): Promise<ScoredPoint[]> {
  const { input, threshold, orientationInvariant } = target.classifier.bundle.manifest;
  const minimum = refineFrom(threshold);
  const refined = scored.filter(({ probability }) => probability >= minimum);
  const sums = refined.map(({ probability }) => probability);
  const orientations = orientationInvariant ? 1 : options.tta;
  if (orientations > 1 && input.width !== input.height) {
    const size = `${input.width} x ${input.height} px`;
    const text =
      `tta is ${options.tta}, but the model's input of ${size} is not square; use tta 1.`;
    throw new Problem("request_invalid", text);
  }
  for (let orientation = 0; orientation < orientations; orientation++) {
    if (orientation > 0) {
      const window = { ...input, windows: 1 };
      const again = await scoreCuts(target, refined, window, orientation, options);
      again.forEach((probability, i) => sums[i] = (sums[i] ?? 0) + probability);
    }
    const corners = await scoreCorners(target, refined, orientation, options);
    corners.forEach((probability, i) => {
      const point = Math.floor(i / CORNERS);
      sums[point] = (sums[point] ?? 0) + probability;
    });
  }
  const windows = orientations * (1 + CORNERS);
  const means = new Map<Point, number>(
    refined.map((point, i) => [point, (sums[i] ?? 0) / windows]),
  );
  return scored.map((point) => ({
    ...point,
    probability: means.get(point) ?? point.probability,
  }));
}

/**
 * Returns the probability from which on a point is refined. Below it, the mean of five windows could not
 * reach the threshold even if the other four had probability 1.
 */
function refineFrom(threshold: number): number {
  const reachable = (1 + CORNERS) * threshold - CORNERS;
  return Math.max(threshold * REFINE_FROM, reachable);
}

/**
 * Scores the four shifted windows of each point. One run of a fully convolutional network scores all
 * four at once where they lie as far apart as its stride.
 */
async function scoreCorners(
  target: ScoreTarget,
  points: readonly Point[],
  orientation: number,
  options: ScoreOptions,
): Promise<Float32Array> {
  const { input: { width, height }, fullyConvolutional, mpp } = target.classifier.bundle.manifest;
  const shift = Math.max(1, Math.round(REFINE_SHIFT_UM / mpp));
  if (fullyConvolutional?.stride === 2 * shift) {
    const cut = { width: width + 2 * shift, height: height + 2 * shift, windows: CORNERS };
    return await scoreCuts(target, points, cut, orientation, options);
  }
  const corners = points.flatMap(({ x, y }) =>
    [-shift, shift].flatMap((dy) => [-shift, shift].map((dx) => ({ x: x + dx, y: y + dy })))
  );
  return await scoreCuts(target, corners, { width, height, windows: 1 }, orientation, options);
}

/**
 * Cuts pictures around points and scores them in batches. The next pictures are cut while the engine
 * runs.
 *
 * @returns float32 `[points, cut.windows]`, 0 to 1.
 */
async function scoreCuts(
  { classifier: { batchSize, engine, bundle }, field, tile }: ScoreTarget,
  points: readonly Point[],
  { width, height, windows }: Cut,
  orientation: number,
  options: ScoreOptions,
): Promise<Float32Array> {
  const { input } = bundle.manifest;
  const bytes = width * height * 3;
  const patchesPerCut = width * height / (input.width * input.height);
  const scores = new Float32Array(points.length * windows);

  async function scoreBatch(data: Uint8Array, first: number): Promise<void> {
    const count = data.length / bytes;
    const work = Math.ceil(count * patchesPerCut);
    const maps = await engine.run({ count, width, height, data, work }, options);
    if (maps.data.length !== count * windows) {
      const text = `The network gave ${maps.data.length} numbers for ${count * windows} windows.`;
      throw new Problem("internal", text);
    }
    scores.set(maps.data, first * windows);
    options.onScored(count * windows);
  }

  await pooledMap(2, startsOf(points.length, CUT_AT_A_TIME), async (from) => {
    options.signal?.throwIfAborted();
    const part = points.slice(from, from + CUT_AT_A_TIME);
    const cut = oriented(await field.windows(tile, part, { width, height }), width, orientation);
    await Promise.all(
      startsOf(part.length, batchSize).map((start) =>
        scoreBatch(cut.slice(start * bytes, (start + batchSize) * bytes), from + start)
      ),
    );
  });
  return scores;
}

/** Lists 0, `step`, 2 * `step`, … below `length`. */
function startsOf(length: number, step: number): number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
}
