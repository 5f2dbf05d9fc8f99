import type { Point, Size } from "../image/region.ts";
import { scoreDense } from "./dense.ts";
import type { FieldFacts } from "./field.ts";
import { type ScoreOptions, scorePoints, type ScoreTarget } from "./score.ts";
import type { ScoredPoint } from "./suppress.ts";

/**
 * Lists the points of the grid that lie in a tile, row by row. The grid has the centers of the
 * windows that lie wholly inside the field. The first window is in the field's upper left corner,
 * the others `stride` pixels apart. A field that is narrower than a window has one column of
 * points, in its middle; a field that is lower than a window has one row.
 *
 * @param tile Index of the tile in `tiles`.
 * @param window Size of the network's window.
 */
export function gridPoints(
  { scaled, tiles }: Pick<FieldFacts, "scaled" | "tiles">,
  tile: number,
  window: Size,
  stride: number,
): Point[] {
  const core = tiles[tile];
  if (core === undefined) return [];
  const columns = centers(core.x, core.width, scaled.width, window.width, stride);
  const rows = centers(core.y, core.height, scaled.height, window.height, stride);
  return rows.flatMap((y) => columns.map((x) => ({ x, y })));
}

/** Lists the centers along one axis, from `from` (inclusive) to `from + count` (exclusive). */
function centers(from: number, count: number, length: number, window: number, stride: number) {
  const half = Math.floor(window / 2);
  if (length < window) {
    const middle = Math.floor(length / 2);
    return middle >= from && middle < from + count ? [middle] : [];
  }
  const found: number[] = [];
  const first = Math.max(0, Math.ceil((from - half) / stride));
  for (let center = half + first * stride; center < from + count; center += stride) {
    if (center + window - half <= length) found.push(center);
  }
  return found;
}

/**
 * Scores the windows around {@linkcode gridPoints}. If the network is fully convolutional and
 * `stride` is a multiple of its stride, runs it over whole regions ({@linkcode scoreDense}). This gives
 * the same probabilities, at a stride of 8 px in a twentieth of the time.
 *
 * @param stride Distance between neighboring points, in pixels.
 * @throws {Problem} as {@linkcode scorePoints} and {@linkcode scoreDense}.
 */
export async function scoreGrid(
  target: ScoreTarget,
  points: readonly Point[],
  stride: number,
  options: ScoreOptions,
): Promise<ScoredPoint[]> {
  const { fullyConvolutional, input } = target.classifier.bundle.manifest;
  const { width, height } = target.field.facts.scaled;
  const holdsWindow = width >= input.width && height >= input.height;
  if (
    fullyConvolutional === undefined || stride % fullyConvolutional.stride !== 0 || !holdsWindow
  ) {
    return await scorePoints(target, points, options);
  }
  return await scoreDense(target, points, fullyConvolutional.stride, options);
}
