import type { RgbImage } from "../image/rgb_image.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "./classifier.ts";

/** Size and positions of the mask that hides a part of a patch. */
export interface OcclusionGrid {
  /** Side of the square mask, in pixels. */
  readonly mask: number;
  /** Distance between the centers of neighboring positions, in pixels. */
  readonly stride: number;
}

/** The probability of a patch without the mask, and with the mask at each position. */
export interface OcclusionMap {
  /** Probability of the patch without mask, 0 to 1. */
  readonly probability: number;
  /**
   * Probabilities with the mask centered at `((column + 0.5) * stride, (row + 0.5) * stride)`
   * pixels: `[rows][columns]`, 0 to 1. A value below {@linkcode probability} means that the part is
   * evidence for a mitosis: without it, the probability is lower.
   */
  readonly masked: number[][];
}

/**
 * Computes an occlusion map: hides one part of a patch after the other with a mask in the patch's
 * mean color, and scores the patch each time. The method is that of Zeiler and Fergus 2014, "Visualizing
 * and Understanding Convolutional Networks", section 4.2.
 *
 * @param patch An image of the size of the network's input.
 * @throws {Problem} as {@linkcode Classifier.score}.
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
  const maskedPatch = (position: number) =>
    withMask(patch, position % columns, Math.floor(position / columns), grid, color);

  const { batchSize, engine } = classifier;
  const [probability = NaN] = await classifier.score([patch], options);
  const scores: number[] = [];
  while (scores.length < rows * columns) {
    const left = rows * columns - scores.length;
    const sizes = Array.from(
      { length: Math.min(Math.max(1, engine.concurrency), Math.ceil(left / batchSize)) },
      (_, batch) => Math.min(batchSize, left - batch * batchSize),
    );
    const batches = sizes.map((size, batch) => {
      const first = scores.length + batch * batchSize;
      const patches = Array.from({ length: size }, (_, i) => maskedPatch(first + i));
      return classifier.score(patches, options);
    });
    scores.push(...(await Promise.all(batches)).flat());
  }
  const masked = Array.from(
    { length: rows },
    (_, row) => scores.slice(row * columns, (row + 1) * columns),
  );
  return { probability, masked };
}

/** Returns the mean of each channel, 0 to 255. */
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

/** Returns a copy of the patch with a mask. The part of the mask beyond the border is cut off. */
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
