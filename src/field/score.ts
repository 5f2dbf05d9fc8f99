import { Problem } from "../errors.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { OpenField } from "./field_access.ts";
import { inLanes } from "./lanes.ts";
import { ORIENTATIONS, oriented } from "./orientations.ts";
import type { ScoredPlace } from "./suppress.ts";
import type { Place } from "../image/windows.ts";

/** Steps around a place over which its probability is averaged, in micrometres. */
const JITTER = 1;

/** A place is looked at more closely when its own window reaches this share of the threshold. */
const WORTH_A_SECOND_LOOK = 0.2;

/** How places are scored. */
export interface ScoreOptions extends RunOptions {
  /** 1, or 8 for all {@linkcode oriented} windows of a place that is worth it. */
  readonly tta: 1 | 8;
  /** Told how many windows have been scored since it was last told. */
  readonly onScored: (windows: number) => void;
}

/** Scores each place of a tile by the one window around it. */
export async function scorePlaces(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const probabilities = await scoreWindows(classifier, field, tile, places, 0, options);
  return places.map(({ x, y }, i) => ({ x, y, probability: probabilities[i] ?? 0 }));
}

/**
 * Looks more closely at places that may be mitoses: the probability becomes the mean over the window
 * around the place and those 1 um to each side (with `tta` 8: of all their orientations). Where a window's
 * frame falls is chance, and the mean takes that chance out; the others keep what one window gave.
 */
export async function scoreMore(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  scored: readonly ScoredPlace[],
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { micronsPerPixel, threshold } = classifier.bundle.manifest;
  const step = Math.max(1, Math.round(JITTER / micronsPerPixel));
  const worth = scored.filter(({ probability }) => probability >= threshold * WORTH_A_SECOND_LOOK);
  const steps = [[0, 0], [step, 0], [-step, 0], [0, step], [0, -step]] as const;
  const orientations = options.tta === ORIENTATIONS ? ORIENTATIONS : 1;
  const { width, height } = field.facts.scaled;
  const clamp = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  const sums = new Map<ScoredPlace, number>(worth.map((place) => [place, 0]));
  for (let orientation = 0; orientation < orientations; orientation++) {
    const known = orientation === 0 ? 1 : 0;
    const places = worth.flatMap((of) =>
      steps.slice(known).map(([dx, dy]) => ({
        of,
        x: clamp(of.x + dx, width),
        y: clamp(of.y + dy, height),
      }))
    );
    const scores = await scoreWindows(classifier, field, tile, places, orientation, options);
    if (known > 0) { for (const place of worth) sums.set(place, place.probability); }
    places.forEach(({ of }, i) => sums.set(of, (sums.get(of) ?? 0) + (scores[i] ?? 0)));
  }
  const looks = steps.length * orientations;
  return scored.map((place) => {
    const sum = sums.get(place);
    return sum === undefined ? place : { ...place, probability: sum / looks };
  });
}

/** Scores windows in batches, a few under way at a time, so that other work gets its turn between. */
async function scoreWindows(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  orientation: number,
  options: ScoreOptions,
): Promise<number[]> {
  const { batchSize, engine, bundle } = classifier;
  const { width, height } = bundle.manifest.input;
  const scores = new Array<number>(places.length).fill(0);
  const starts = Array.from(
    { length: Math.ceil(places.length / batchSize) },
    (_, i) => i * batchSize,
  );
  await inLanes(engine.lanes + 1, starts, async (from) => {
    const batch = places.slice(from, from + batchSize);
    const cut = await field.windows(tile, batch);
    options.signal?.throwIfAborted();
    const maps = await engine.run(
      { count: batch.length, width, height, data: oriented(cut, width, orientation) },
      options,
    );
    if (maps.data.length !== batch.length) {
      const text = `The network gave ${maps.data.length} numbers for ${batch.length} windows.`;
      throw new Problem("internal", text);
    }
    maps.data.forEach((probability, i) => scores[from + i] = probability);
    options.onScored(batch.length);
  });
  return scores;
}
