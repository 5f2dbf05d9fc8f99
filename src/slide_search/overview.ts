import type { RgbImage } from "../image/rgb_image.ts";
import type { Slide } from "../slide/slide.ts";

/** A slide shrunk to one picture that fits into memory. */
export interface Overview {
  readonly image: RgbImage;
  /** Side of a pixel of the overview in pixels of the slide; need not be whole. */
  readonly cell: number;
}

/** Micrometers per pixel of an overview: half a nucleus. */
const OVERVIEW_MPP = 8;

/** Maximum number of pixels, approximately. A very large slide gets a coarser overview. */
const MAX_PIXELS = 12e6;

/** Side of the blocks in which a level is read. */
const BLOCK_SIDE = 2048;

/**
 * Reads the overview of a slide, at about 8 µm per pixel. Takes the smallest level that is fine enough, and
 * shrinks it by a whole factor, block by block.
 *
 * @param mpp Micrometers per pixel of the slide.
 */
export async function readOverview(
  slide: Slide,
  mpp: number,
  signal?: AbortSignal,
): Promise<Overview> {
  const target = Math.max(
    OVERVIEW_MPP / mpp,
    Math.sqrt(slide.width * slide.height / MAX_PIXELS),
    1,
  );
  const levels = slide.levels.map((level, index) => ({ ...level, index }));
  const [finest] = levels;
  const level = levels.findLast(({ downsample }) => downsample <= target * 1.01) ?? finest;
  if (level === undefined) throw new Error("The slide has no level.");
  const shrink = Math.max(1, Math.round(target / level.downsample));
  const width = Math.ceil(level.width / shrink);
  const height = Math.ceil(level.height / shrink);
  const data = new Uint8Array(width * height * 3);
  const side = Math.max(1, Math.floor(BLOCK_SIDE / shrink));
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      signal?.throwIfAborted();
      const x = left * shrink;
      const y = top * shrink;
      const region = {
        x,
        y,
        width: Math.min(side * shrink, level.width - x),
        height: Math.min(side * shrink, level.height - y),
      };
      const block = await slide.readLevel(level.index, region, signal);
      shrinkInto(block, shrink, { width, height, data }, left, top);
    }
  }
  return { image: { width, height, data }, cell: shrink * level.downsample };
}

/**
 * Writes a block into the overview. Each pixel is the average of a square of the block, or of the part of
 * the square that the block has.
 */
function shrinkInto(block: RgbImage, shrink: number, to: RgbImage, left: number, top: number) {
  const columns = Math.ceil(block.width / shrink);
  const rows = Math.ceil(block.height / shrink);
  for (let row = 0; row < rows; row++) {
    const y1 = Math.min(block.height, (row + 1) * shrink);
    for (let column = 0; column < columns; column++) {
      const x1 = Math.min(block.width, (column + 1) * shrink);
      let [red, green, blue] = [0, 0, 0];
      for (let y = row * shrink; y < y1; y++) {
        for (let x = column * shrink, at = (y * block.width + x) * 3; x < x1; x++, at += 3) {
          red += block.data[at] as number;
          green += block.data[at + 1] as number;
          blue += block.data[at + 2] as number;
        }
      }
      const count = (x1 - column * shrink) * (y1 - row * shrink);
      const at = ((top + row) * to.width + left + column) * 3;
      to.data[at] = Math.round(red / count);
      to.data[at + 1] = Math.round(green / count);
      to.data[at + 2] = Math.round(blue / count);
    }
  }
}
