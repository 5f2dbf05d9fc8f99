import { Problem } from "../errors.ts";
import { oriented } from "../image/orientations.ts";
import type { Place } from "../image/windows.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { OpenField } from "./field_access.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { ScoredPlace } from "./suppress.ts";

/** Across and down from a place to the middles of the other windows of its second look, in micrometers. */
const JITTER = 1;

/** A place gets a second look when its own window reaches this share of the threshold. */
const WORTH_A_SECOND_LOOK = 0.5;

/** Windows of a second look, beside the place's own. */
const CORNERS = 4;

/** From which probability on a place gets a second look: where its mean can reach the threshold at all. */
function worthASecondLook(threshold: number): number {
  const reachable = (1 + CORNERS) * threshold - CORNERS;
  return Math.max(threshold * WORTH_A_SECOND_LOOK, reachable);
}

/** How places are scored. */
export interface ScoreOptions extends RunOptions {
  /** 1, or 8 for all {@linkcode oriented} windows of a place that is worth it. */
  readonly tta: 1 | 8;
  /** Told how many windows have been scored since it was last told. */
  readonly onScored: (windows: number) => void;
}

/** What is cut out around a place, and how many windows of the network are in it, in reading order. */
interface Cut {
  readonly width: number;
  readonly height: number;
  readonly windows: number;
}

/** Scores each place of a tile by the one window around it. */
export async function scorePlaces(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const window = { ...classifier.bundle.manifest.input, windows: 1 };
  const probabilities = await scoreCuts(classifier, field, tile, places, window, 0, options);
  return places.map(({ x, y }, i) => ({ x, y, probability: probabilities[i] ?? 0 }));
}

/**
 * Looks once more at places that may be mitoses: the probability becomes the mean over the window around
 * the place and four that are moved by 1 um across and down (with `tta` 8: of all their orientations, unless the
 * network answers all of them alike).
 * Where a window's frame falls is chance, and the mean takes that chance out; the other places keep what
 * their window gave.
 */
export async function refine(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  scored: readonly ScoredPlace[],
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { input, threshold, orientationInvariant } = classifier.bundle.manifest;
  const least = worthASecondLook(threshold);
  const worth = scored.filter(({ probability }) => probability >= least);
  const sums = worth.map(({ probability }) => probability);
  const orientations = orientationInvariant ? 1 : options.tta;
  for (let orientation = 0; orientation < orientations; orientation++) {
    if (orientation > 0) {
      const window = { ...input, windows: 1 };
      const again = await scoreCuts(classifier, field, tile, worth, window, orientation, options);
      again.forEach((probability, i) => sums[i] = (sums[i] ?? 0) + probability);
    }
    const corners = await scoreCorners(classifier, field, tile, worth, orientation, options);
    corners.forEach((probability, i) => {
      const of = Math.floor(i / CORNERS);
      sums[of] = (sums[of] ?? 0) + probability;
    });
  }
  const looks = orientations * (1 + CORNERS);
  const means = new Map<Place, number>(worth.map((place, i) => [place, (sums[i] ?? 0) / looks]));
  return scored.map((place) => ({
    ...place,
    probability: means.get(place) ?? place.probability,
  }));
}

/**
 * Scores the four windows around each place. Where they are as far apart as the places that a fully
 * convolutional network answers, one pass over all four does.
 */
async function scoreCorners(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  orientation: number,
  options: ScoreOptions,
): Promise<Float32Array> {
  const { input: { width, height }, fullyConvolutional, mpp } = classifier.bundle.manifest;
  const step = Math.max(1, Math.round(JITTER / mpp));
  if (fullyConvolutional?.stride === 2 * step) {
    const cut = { width: width + 2 * step, height: height + 2 * step, windows: CORNERS };
    return await scoreCuts(classifier, field, tile, places, cut, orientation, options);
  }
  const corners = places.flatMap(({ x, y }) =>
    [-step, step].flatMap((dy) => [-step, step].map((dx) => ({ x: x + dx, y: y + dy })))
  );
  const cut = { width, height, windows: 1 };
  return await scoreCuts(classifier, field, tile, corners, cut, orientation, options);
}

/** Pictures that are cut at a time: enough work for the engine while the next ones are cut. */
const CUT_AT_ONCE = 128;

/**
 * Cuts pictures around places and scores them in batches; the next ones are cut while the engine is at
 * work.
 *
 * @returns `[places, cut.windows]`.
 */
async function scoreCuts(
  { batchSize, engine, bundle }: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  { width, height, windows }: Cut,
  orientation: number,
  options: ScoreOptions,
): Promise<Float32Array> {
  const { input } = bundle.manifest;
  const bytes = width * height * 3;
  const patches = width * height / (input.width * input.height);
  const scores = new Float32Array(places.length * windows);

  async function scoreBatch(data: Uint8Array, first: number): Promise<void> {
    const count = data.length / bytes;
    const work = Math.ceil(count * patches);
    const maps = await engine.run({ count, width, height, data, work }, options);
    if (maps.data.length !== count * windows) {
      const text = `The network gave ${maps.data.length} numbers for ${count * windows} windows.`;
      throw new Problem("internal", text);
    }
    scores.set(maps.data, first * windows);
    options.onScored(count * windows);
  }

  await pooledMap(2, startsOf(places.length, CUT_AT_ONCE), async (from) => {
    options.signal?.throwIfAborted();
    const part = places.slice(from, from + CUT_AT_ONCE);
    const cut = oriented(await field.windows(tile, part, { width, height }), width, orientation);
    await Promise.all(
      startsOf(part.length, batchSize).map((start) =>
        scoreBatch(cut.slice(start * bytes, (start + batchSize) * bytes), from + start)
      ),
    );
  });
  return scores;
}

/** 0, `step`, 2 * `step`, … below `length`. */
function startsOf(length: number, step: number): number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
}
