import type { PixelSource } from "../image/pixel_source.ts";
import type { Region } from "../image/region.ts";
import { resamplePart, sourceRegion } from "../image/resample.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Slide, SlideLevel } from "./slide.ts";

/** Maximum number of pixels of a level that are read at once for a scaled picture. */
const MAX_PART_PIXELS = 1 << 24;

/** A scale near 1 counts as 1 if it shifts no pixel of the level by more than this. */
const MAX_SHIFT_PIXELS = 0.25;

/**
 * Creates a source of pixels that reads a slide at any scale. It uses the smallest level that is still as
 * fine as the scale. All regions of one scale come from the same level, so they fit together without a seam.
 * Scale 1 gives the pixels of level 0 as they are stored.
 */
export function slideSource(slide: Slide): PixelSource {
  const { width, height, mpp } = slide;
  return {
    width,
    height,
    mpp,
    async read(region, scale, signal) {
      const number = levelFor(slide.levels, scale);
      const level = slide.levels[number] as SlideLevel;
      const levelScale = scale * level.downsample;
      const shift = Math.abs(levelScale - 1) * Math.max(level.width, level.height);
      const exact = shift < MAX_SHIFT_PIXELS ? 1 : levelScale;
      return await readScaled(slide, number, region, exact, signal);
    },
  };
}

/**
 * Returns how many pixels of a level have to be read for a region of the scaled slide.
 *
 * @param region In pixels of the scaled slide.
 */
export function pixelsNeeded(slide: Slide, region: Region, scale: number): number {
  const level = slide.levels[levelFor(slide.levels, scale)] as SlideLevel;
  const { width, height } = sourceRegion(level, scale * level.downsample, region);
  return width * height;
}

/** Returns the number of the smallest level that is still as fine as a scale. */
function levelFor(levels: readonly SlideLevel[], scale: number): number {
  const fine = levels.findLastIndex(({ downsample }) => downsample * scale <= 1 + 1e-6);
  return Math.max(0, fine);
}

/** Reads a region of a scaled level. Reads it in parts if it needs too many pixels of the level. */
async function readScaled(
  slide: Slide,
  number: number,
  region: Region,
  scale: number,
  signal: AbortSignal | undefined,
): Promise<RgbImage> {
  const level = slide.levels[number] as SlideLevel;
  const needed = sourceRegion(level, scale, region);
  const isSmall = needed.width * needed.height <= MAX_PART_PIXELS;
  if (scale === 1 || isSmall || region.width * region.height === 1) {
    const part = await slide.readLevel(number, needed, signal);
    return resamplePart(part, needed, level, scale, region);
  }
  const data = new Uint8Array(region.width * region.height * 3);
  for (const half of halvesOf(region)) {
    const { data: pixels } = await readScaled(slide, number, half, scale, signal);
    for (let row = 0; row < half.height; row++) {
      const from = row * half.width * 3;
      const to = ((half.y - region.y + row) * region.width + half.x - region.x) * 3;
      data.set(pixels.subarray(from, from + half.width * 3), to);
    }
  }
  return { width: region.width, height: region.height, data };
}

/** Cuts a region in two along its longer side. */
function halvesOf({ x, y, width, height }: Region): Region[] {
  if (width > height) {
    const left = width >> 1;
    return [{ x, y, width: left, height }, { x: x + left, y, width: width - left, height }];
  }
  const top = height >> 1;
  return [{ x, y, width, height: top }, { x, y: y + top, width, height: height - top }];
}
