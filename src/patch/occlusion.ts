import type { RgbImage } from "../image/rgb_image.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";

/** Which places of a patch are hidden, one at a time. */
export interface OcclusionGrid {
  /** Side of the square that is hidden, in pixels. */
  readonly mask: number;
  /** Pixels from the middle of one place to that of the next. */
  readonly stride: number;
}

/** What the network says of a patch, whole and with each place hidden. */
export interface OcclusionMap {
  /** Of the whole patch, 0 to 1. */
  readonly probability: number;
  /**
   * `[rows][columns]`, 0 to 1: with the mask about `((column + 0.5) * stride, (row + 0.5) * stride)`.
   * Where it is lower than {@linkcode probability}, the answer hangs on what is there.
   */
  readonly masked: number[][];
}

/**
 * Hides each place of a patch under the patch's mean color and asks the network again: the
 * occlusion map of Zeiler and Fergus (2014), "Visualizing and Understanding Convolutional Networks",
 * section 4.2.
 *
 * @param patch A picture of the size that the network takes.
 * @throws {Problem} `internal` when the network cannot be run, or the reason of the signal.
 */
export async function occlusionMap(
  classifier: Classifier,
  patch: RgbImage,
  grid: OcclusionGrid,
  options: RunOptions = {},
): Promise<OcclusionMap> {
  const columns = Math.ceil(patch.width / grid.stride);
  const rows = Math.ceil(patch.height / grid.stride);
  const color = meanColor(patch);
  const hide = (place: number) =>
    withMask(patch, place % columns, Math.floor(place / columns), grid, color);

  const { batchSize, engine } = classifier;
  const [probability = NaN] = await classifier.score([patch], options);
  const scores: number[] = [];
  while (scores.length < rows * columns) {
    const left = rows * columns - scores.length;
    const sizes = Array.from(
      { length: Math.min(Math.max(1, engine.concurrency), Math.ceil(left / batchSize)) },
      (_, lane) => Math.min(batchSize, left - lane * batchSize),
    );
    const batches = sizes.map((size, lane) => {
      const first = scores.length + lane * batchSize;
      return classifier.score(Array.from({ length: size }, (_, i) => hide(first + i)), options);
    });
    scores.push(...(await Promise.all(batches)).flat());
  }
  const masked = Array.from(
    { length: rows },
    (_, row) => scores.slice(row * columns, (row + 1) * columns),
  );
  return { probability, masked };
}

/** Mean of each channel, 0 to 255. */
function meanColor({ data }: RgbImage): readonly [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 3) {
    sum[0] += data[at] ?? 0;
    sum[1] += data[at + 1] ?? 0;
    sum[2] += data[at + 2] ?? 0;
  }
  const pixels = data.length / 3;
  return [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels];
}

/** A copy of `patch` with one place hidden; the mask is cut off at the border. */
function withMask(
  { width, height, data }: RgbImage,
  column: number,
  row: number,
  { mask, stride }: OcclusionGrid,
  color: readonly [number, number, number],
): RgbImage {
  const hidden = data.slice();
  const span = (index: number, size: number): [number, number] => {
    const start = Math.round((index + 0.5) * stride - mask / 2);
    return [Math.max(0, start), Math.min(size, start + mask)];
  };
  const [left, right] = span(column, width);
  const [top, bottom] = span(row, height);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) hidden.set(color, (y * width + x) * 3);
  }
  return { width, height, data: hidden };
}
