import type { Classifier } from "../patch/classifier.ts";
import { scoreDense } from "./dense.ts";
import type { OpenField } from "./field_access.ts";
import type { FieldFacts } from "./field.ts";
import { type ScoreOptions, scorePlaces } from "./score.ts";
import type { ScoredPlace } from "./suppress.ts";
import type { Place } from "../image/windows.ts";

/**
 * Centers of all windows that lie wholly inside the field, `stride` pixels apart from its upper left
 * corner on, as far as they are in a tile. A field that is smaller than a window has one, in its middle.
 */
export function exactPlaces(
  { scaled, tiles }: FieldFacts,
  tile: number,
  window: { readonly width: number; readonly height: number },
  stride: number,
): Place[] {
  const core = tiles[tile];
  if (core === undefined) return [];
  const columns = centers(core.x, core.width, scaled.width, window.width, stride);
  const rows = centers(core.y, core.height, scaled.height, window.height, stride);
  return rows.flatMap((y) => columns.map((x) => ({ x, y })));
}

function centers(from: number, count: number, length: number, window: number, stride: number) {
  const half = Math.floor(window / 2);
  if (length < window) return [Math.floor(length / 2)];
  const found: number[] = [];
  const first = Math.max(0, Math.ceil((from - half) / stride));
  for (let center = half + first * stride; center < from + count; center += stride) {
    if (center + window - half <= length) found.push(center);
  }
  return found;
}

/**
 * Scores the windows of {@linkcode exactPlaces}. A fully convolutional network is run over whole parts
 * of the field, where its stride divides this one: it gives the same numbers for a twentieth of the time.
 */
export async function scoreExactly(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  stride: number,
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { fullyConvolutional, input } = classifier.bundle.manifest;
  const { width, height } = field.facts.scaled;
  const fits = width >= input.width && height >= input.height;
  if (fullyConvolutional === undefined || stride % fullyConvolutional.stride !== 0 || !fits) {
    return await scorePlaces(classifier, field, tile, places, options);
  }
  return await scoreDense(classifier, field, places, fullyConvolutional.stride, options);
}
