import { Problem } from "../errors.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { OpenField } from "./field_access.ts";
import type { FieldFacts } from "./open_field.ts";
import { type ScoreOptions, scorePlaces } from "./score.ts";
import type { ScoredPlace } from "./suppress.ts";
import type { Place } from "./windows.ts";

/**
 * Centres of all windows that lie wholly inside the field, `stride` pixels apart from its upper left
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
  const columns = centres(core.x, core.width, scaled.width, window.width, stride);
  const rows = centres(core.y, core.height, scaled.height, window.height, stride);
  return rows.flatMap((y) => columns.map((x) => ({ x, y })));
}

function centres(from: number, count: number, length: number, window: number, stride: number) {
  const half = Math.floor(window / 2);
  if (length < window) return [Math.floor(length / 2)];
  const found: number[] = [];
  const first = Math.max(0, Math.ceil((from - half) / stride));
  for (let centre = half + first * stride; centre < from + count; centre += stride) {
    if (centre + window - half <= length) found.push(centre);
  }
  return found;
}

/**
 * Scores the windows of {@linkcode exactPlaces}. A network that may be run over a whole field at once is
 * run that way, where its stride divides this one: it gives the same numbers for less.
 */
export async function scoreExactly(
  classifier: Classifier,
  field: OpenField,
  tile: number,
  places: readonly Place[],
  stride: number,
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { dense } = classifier.bundle.manifest;
  const { width, height } = field.facts.scaled;
  const { input } = classifier.bundle.manifest;
  const fits = width >= input.width && height >= input.height;
  if (dense === undefined || stride % dense.stride !== 0 || !fits) {
    return await scorePlaces(classifier, field, tile, places, options);
  }
  return await scoreDensely(classifier, field, places, dense.stride, options);
}

/** Windows in a row and in a column of the part that a dense network is given at a time. */
const DENSE_PART = 32;

async function scoreDensely(
  { bundle, engine }: Classifier,
  field: OpenField,
  places: readonly Place[],
  denseStride: number,
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { width, height } = bundle.manifest.input;
  const scored: ScoredPlace[] = [];
  for (const group of groupsOf(places)) {
    options.signal?.throwIfAborted();
    const left = Math.min(...group.map(({ x }) => x)) - Math.floor(width / 2);
    const top = Math.min(...group.map(({ y }) => y)) - Math.floor(height / 2);
    const part = {
      x: left,
      y: top,
      width: Math.max(...group.map(({ x }) => x)) - Math.floor(width / 2) + width - left,
      height: Math.max(...group.map(({ y }) => y)) - Math.floor(height / 2) + height - top,
    };
    const maps = await engine.run(
      { count: 1, width: part.width, height: part.height, data: await field.part(part) },
      options,
    );
    const [, , rows = 0, columns = 0] = maps.dims;
    for (const { x, y } of group) {
      const column = (x - Math.floor(width / 2) - left) / denseStride;
      const row = (y - Math.floor(height / 2) - top) / denseStride;
      const probability = maps.data[row * columns + column];
      if (column >= columns || row >= rows || probability === undefined) {
        throw new Problem(
          "internal",
          `The dense network gave ${rows} x ${columns} numbers for ${part.width} x ${part.height} px.`,
        );
      }
      scored.push({ x, y, probability });
    }
    options.onScored(group.length);
  }
  return scored;
}

/** Squares of neighbouring places. */
function groupsOf(places: readonly Place[]): Place[][] {
  const columns = [...new Set(places.map(({ x }) => x))];
  const rows = [...new Set(places.map(({ y }) => y))];
  const groupOf = (values: readonly number[]) =>
    new Map(values.map((value, i) => [value, Math.floor(i / DENSE_PART)]));
  const [across, down] = [groupOf(columns), groupOf(rows)];
  const groups = Map.groupBy(places, ({ x, y }) => `${across.get(x)},${down.get(y)}`);
  return [...groups.values()];
}
