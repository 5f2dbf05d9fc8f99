import { Problem } from "../errors.ts";
import type { Place } from "../image/windows.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { OpenField } from "./field_access.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { ScoreOptions } from "./score.ts";
import type { ScoredPlace } from "./suppress.ts";

/** Places in a row and in a column that one pass answers: 312 px, so that a patch waits 20 ms at most. */
const PASS_SIDE = 32;

/**
 * Scores places on a grid by running a fully convolutional network over whole parts of a field: the
 * windows of neighbors share nearly all of their work.
 *
 * @param places On a grid of a multiple of `stride`, each with its window wholly inside the field.
 * @param stride Pixels between two answers of the network.
 * @returns The places, square by square.
 */
export async function scoreDense(
  { bundle, engine }: Classifier,
  field: OpenField,
  places: readonly Place[],
  stride: number,
  options: ScoreOptions,
): Promise<ScoredPlace[]> {
  const { width, height } = bundle.manifest.input;
  const squares = await pooledMap(engine.concurrency + 1, squaresOf(places), async (square) => {
    options.signal?.throwIfAborted();
    const corners = square.map(({ x, y }) => ({
      x: x - Math.floor(width / 2),
      y: y - Math.floor(height / 2),
    }));
    const left = Math.min(...corners.map(({ x }) => x));
    const top = Math.min(...corners.map(({ y }) => y));
    const part = {
      x: left,
      y: top,
      width: Math.max(...corners.map(({ x }) => x)) + width - left,
      height: Math.max(...corners.map(({ y }) => y)) + height - top,
    };
    const data = await field.part(part);
    const work = Math.ceil(part.width * part.height / (width * height));
    const maps = await engine.run(
      { count: 1, width: part.width, height: part.height, data, work },
      options,
    );
    const [, , rows = 0, columns = 0] = maps.dims;
    if (
      rows !== (part.height - height) / stride + 1 || columns !== (part.width - width) / stride + 1
    ) {
      throw new Problem(
        "internal",
        `The network gave ${rows} x ${columns} numbers for ${part.width} x ${part.height} px.`,
      );
    }
    options.onScored(square.length);
    return square.map((place, i) => {
      const { x = 0, y = 0 } = corners[i] ?? {};
      const at = (y - top) / stride * columns + (x - left) / stride;
      return { ...place, probability: maps.data[at] ?? NaN };
    });
  });
  return squares.flat();
}

/** Squares of neighboring places. */
function squaresOf(places: readonly Place[]): Place[][] {
  const columns = [...new Set(places.map(({ x }) => x))];
  const rows = [...new Set(places.map(({ y }) => y))];
  const squareOf = (values: readonly number[]) =>
    new Map(values.map((value, i) => [value, Math.floor(i / PASS_SIDE)]));
  const [across, down] = [squareOf(columns), squareOf(rows)];
  const squares = Map.groupBy(places, ({ x, y }) => `${across.get(x)},${down.get(y)}`);
  return [...squares.values()];
}
