import { Problem } from "../errors.ts";
import { oriented } from "../image/orientations.ts";
import type { Point } from "../image/region.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { TiledPicture } from "./field.ts";
import type { ScoredPoint } from "./suppress.ts";

/** Shift of the four further windows that refine a point, in micrometers across and down. */
const REFINE_SHIFT_UM = 1;

/** Number of shifted windows that refine a point, besides the one around it. */
const CORNERS = 4;

/** No point below this part of the model's threshold is refined. */
const MIN_REFINED_SHARE = 0.5;

/**
 * Number of cuts that are made at a time. They keep the engine busy while the next ones are made.
 */
const CUTS_AT_A_TIME = 128;

/** The tile of a field whose points are scored, and the classifier that scores them. */
export interface ScoreTarget {
  readonly classifier: Classifier;
  readonly field: TiledPicture;
  readonly tile: number;
}

/** Options for scoring points. */
export interface ScoreOptions extends RunOptions {
  /**
   * Test-time augmentation: 8 refines with all eight orientations of a window
   * ({@linkcode oriented}).
   */
  readonly tta: 1 | 8;
  /** Called with the number of windows that were scored since the last call. */
  readonly onScored: (windows: number) => void;
}

/** The size of the picture that is cut out around each point. */
interface Cut {
  readonly width: number;
  readonly height: number;
  /** Number of windows in one picture, for each of which the network returns a probability. */
  readonly windows: number;
}

/**
 * Scores each point of a tile by the window around it.
 *
 * @returns The points with their probabilities, in the same order.
 * @throws {Problem} as `Engine.run`; `internal` too when the network returns another
 * number of probabilities.
 */
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
 * Refines the points that may be mitoses by the model's threshold. The probability of such a point
 * becomes the mean over five windows: the one around the point and four that are shifted by 1 um
 * across and down. The mean depends less on where exactly the window lies. With `tta` 8 it is the
 * mean over all eight orientations of these five, unless the manifest says that orientation makes
 * no difference. All other points keep the probability of their own window.
 *
 * @returns All points, in the same order.
 * @throws {Problem} `request_invalid` with `tta` 8 when the model's input is not square, or as
 * {@linkcode scorePoints}.
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
 * Returns the minimum probability of the points that are refined. It is half the threshold, or more: below
 * it, the mean of five windows cannot reach the threshold, even if the other four have probability 1.
 */
function refineFrom(threshold: number): number {
  const reachable = (1 + CORNERS) * threshold - CORNERS;
  return Math.max(threshold * MIN_REFINED_SHARE, reachable);
}

/**
 * Scores the four shifted windows of each point. If they are one stride of a fully convolutional network
 * apart, cuts one larger picture around each point. The network returns all four probabilities for it.
 *
 * @returns float32 `[points, 4]`, 0 to 1.
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
 * Cuts a picture around each point and scores the pictures in batches. The next ones are cut while
 * the engine runs.
 *
 * @param orientation 0 to 7: how the pictures are turned and mirrored ({@linkcode oriented}).
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
      const size = `${count * windows} windows`;
      const text = `The network returned ${maps.data.length} numbers for ${size}.`;
      throw new Problem("internal", text);
    }
    scores.set(maps.data, first * windows);
    options.onScored(count * windows);
  }

  await pooledMap(2, startsOf(points.length, CUTS_AT_A_TIME), async (from) => {
    options.signal?.throwIfAborted();
    const part = points.slice(from, from + CUTS_AT_A_TIME);
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
