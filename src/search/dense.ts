import { Problem } from "../errors.ts";
import type { Point } from "../image/region.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { ScoreOptions, ScoreTarget } from "./score.ts";
import type { ScoredPoint } from "./suppress.ts";

/**
 * Maximum number of points across and down in one run. With windows of 64 px, 8 px apart, a run then
 * covers at most 312 x 312 px. A patch of another request waits at most 20 ms for it.
 */
const BLOCK_SIDE = 32;

/**
 * Scores points on a grid by running a fully convolutional network over whole regions of a field.
 * This is fast, because the windows of neighboring points overlap and share most of their
 * computation.
 *
 * @param points All points of a grid in a tile, in reading order. Their distance is a multiple of
 * `stride`, and their windows lie wholly inside the field.
 * @param stride Distance between neighboring windows of the network, in pixels.
 * @returns The points with their probabilities, block by block.
 * @throws {Problem} `internal` when the network returns a map of another size, or as
 * `Engine.run`.
 */
export async function scoreDense(
  { classifier: { bundle, engine }, field }: ScoreTarget,
  points: readonly Point[],
  stride: number,
  options: ScoreOptions,
): Promise<ScoredPoint[]> {
  const { width, height } = bundle.manifest.input;
  const blocks = await pooledMap(engine.concurrency + 1, blocksOf(points), async (block) => {
    options.signal?.throwIfAborted();
    const corners = block.map(({ x, y }) => ({
      x: x - Math.floor(width / 2),
      y: y - Math.floor(height / 2),
    }));
    const left = Math.min(...corners.map(({ x }) => x));
    const top = Math.min(...corners.map(({ y }) => y));
    const region = {
      x: left,
      y: top,
      width: Math.max(...corners.map(({ x }) => x)) + width - left,
      height: Math.max(...corners.map(({ y }) => y)) + height - top,
    };
    const data = await field.region(region);
    const work = Math.ceil(region.width * region.height / (width * height));
    const maps = await engine.run(
      { count: 1, width: region.width, height: region.height, data, work },
      options,
    );
    const [, , rows = 0, columns = 0] = maps.dims;
    if (
      rows !== (region.height - height) / stride + 1 ||
      columns !== (region.width - width) / stride + 1
    ) {
      const size = `${region.width} x ${region.height} px`;
      throw new Problem(
        "internal",
        `The network returned ${rows} x ${columns} numbers for ${size}.`,
      );
    }
    options.onScored(block.length);
    return block.map((point, i) => {
      const { x = 0, y = 0 } = corners[i] ?? {};
      const at = (y - top) / stride * columns + (x - left) / stride;
      return { ...point, probability: maps.data[at] ?? NaN };
    });
  });
  return blocks.flat();
}

/**
 * Divides points on a grid, in reading order, into blocks of {@linkcode BLOCK_SIDE} rows and
 * columns.
 */
function blocksOf(points: readonly Point[]): Point[][] {
  const columns = [...new Set(points.map(({ x }) => x))];
  const rows = [...new Set(points.map(({ y }) => y))];
  const blockOf = (values: readonly number[]) =>
    new Map(values.map((value, i) => [value, Math.floor(i / BLOCK_SIDE)]));
  const [across, down] = [blockOf(columns), blockOf(rows)];
  const blocks = Map.groupBy(points, ({ x, y }) => `${across.get(x)},${down.get(y)}`);
  return [...blocks.values()];
}
