import { Problem } from "../errors.ts";
import type { Point } from "../image/region.ts";
import { pooledMap } from "../worker/pooled_map.ts";
import type { ScoreOptions, ScoreTarget } from "./score.ts";
import type { ScoredPoint } from "./suppress.ts";

/**
 * Points in a row and in a column that one run scores. With windows of 64 px a region is then 312 px wide, so a patch of
 * another request waits 20 ms at most.
 */
const BLOCK_SIDE = 32;

/**
 * Scores points on a grid by running a fully convolutional network over whole regions of a field. The
 * windows of neighboring points share nearly all of their work.
 *
 * @param points On a grid of a multiple of `stride`, each with its window wholly inside the field.
 * @param stride Pixels between two windows of the network.
 * @returns The points, block by block.
 * @throws {Problem} `internal` when the network gives a map of another size.
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
      throw new Problem("internal", `The network gave ${rows} x ${columns} numbers for ${size}.`);
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

/** Divides points on a grid into square blocks of neighbors. */
function blocksOf(points: readonly Point[]): Point[][] {
  const columns = [...new Set(points.map(({ x }) => x))];
  const rows = [...new Set(points.map(({ y }) => y))];
  const blockOf = (values: readonly number[]) =>
    new Map(values.map((value, i) => [value, Math.floor(i / BLOCK_SIDE)]));
  const [across, down] = [blockOf(columns), blockOf(rows)];
  const blocks = Map.groupBy(points, ({ x, y }) => `${across.get(x)},${down.get(y)}`);
  return [...blocks.values()];
}
