import type { RgbImage } from "./rgb_image.ts";
import type { Point, Region, Size } from "./region.ts";

/** Scales this close to 1 count as 1, because resampling would only blur the picture. */
const SCALE_TOLERANCE = 0.01;

/** Returns the scale that takes a picture from one resolution to another, in micrometers per pixel. */
export function scaleBetween(fromMpp: number, toMpp: number): number {
  const scale = fromMpp / toMpp;
  return Math.abs(scale - 1) < SCALE_TOLERANCE ? 1 : scale;
}

/** Returns width and height of a picture after scaling; at least one pixel. */
export function scaledSize({ width, height }: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * Computes one region of the scaled picture without scaling the rest. Neighboring regions fit together
 * without a seam.
 *
 * The filter is cubic convolution (R. G. Keys, IEEE Trans. Acoust. Speech Signal Process. 29 (1981)
 * 1153-1160, a = -1/2). When the picture shrinks, the filter is widened by 1 / scale, so that fine detail
 * does not alias. Beyond the border the outermost pixel is repeated.
 *
 * @param region In pixels of the scaled picture, inside it.
 * @returns The picture itself if `region` is all of it and `scale` is 1.
 */
export function resample(image: RgbImage, scale: number, region: Region): RgbImage {
  return resamplePart(image, { x: 0, y: 0 }, image, scale, region);
}

/**
 * Returns the region of a picture from which a region of the scaled picture is computed.
 *
 * @param region In pixels of the scaled picture. It may reach beyond the scaled picture by one pixel, because
 * of rounding.
 */
export function sourceRegion(picture: Size, scale: number, region: Region): Region {
  if (scale === 1 && isWithin(picture, region)) return region;
  const [left, right] = reach(region.x, region.width, scale, picture.width);
  const [top, bottom] = reach(region.y, region.height, scale, picture.height);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Computes a region of a scaled picture from a part of the picture. Returns the same pixels as
 * {@linkcode resample} does from the whole picture.
 *
 * @param part At least the region that {@linkcode sourceRegion} returns.
 * @param at Where the part lies in the picture.
 * @param picture Size of the whole picture.
 */
export function resamplePart(
  part: RgbImage,
  at: Point,
  picture: Size,
  scale: number,
  region: Region,
): RgbImage {
  const inside = { ...region, x: region.x - at.x, y: region.y - at.y };
  if (scale === 1 && isWithin(part, inside)) return crop(part, inside);
  const across = taps(region.x, region.width, scale, picture.width, at.x);
  const down = taps(region.y, region.height, scale, picture.height, at.y);
  const { width, height } = region;
  const [firstRow, lastRow] = span(down, part.height);
  const rows = new Float32Array((lastRow - firstRow + 1) * width * 3);
  for (let y = firstRow; y <= lastRow; y++) {
    const to = (y - firstRow) * width * 3;
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < across.count; tap++) {
          const i = x * across.count + tap;
          const column = across.indices[i] as number;
          sum += (across.weights[i] as number) *
            (part.data[(y * part.width + column) * 3 + channel] as number);
        }
        rows[to + x * 3 + channel] = sum;
      }
    }
  }
  const data = new Uint8ClampedArray(width * height * 3);
  const line = new Float32Array(width * 3);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let tap = 0; tap < down.count; tap++) {
      const i = y * down.count + tap;
      const from = ((down.indices[i] as number) - firstRow) * width * 3;
      const weight = down.weights[i] as number;
      for (let k = 0; k < line.length; k++) {
        line[k] = (line[k] as number) + weight * (rows[from + k] as number);
      }
    }
    data.set(line, y * width * 3);
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

/**
 * Source pixels along one axis, with their weights. Each pixel of the result is the weighted sum of `count`
 * source pixels.
 */
interface Taps {
  readonly count: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Computes the taps of `length` pixels of the result, from `start` on.
 *
 * @param origin The first source pixel that is in memory; indices count from there.
 */
function taps(
  start: number,
  length: number,
  scale: number,
  sourceLength: number,
  origin: number,
): Taps {
  const stretch = stretchOf(scale);
  const count = tapCount(stretch);
  const indices = new Int32Array(length * count);
  const weights = new Float32Array(length * count);
  for (let i = 0; i < length; i++) {
    const center = centerOf(start + i, scale);
    const first = Math.ceil(center - 2 * stretch);
    let total = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = cubicWeight((first + tap - center) / stretch);
      const index = Math.min(sourceLength - 1, Math.max(0, first + tap));
      indices[i * count + tap] = index - origin;
      weights[i * count + tap] = weight;
      total += weight;
    }
    for (let tap = 0; tap < count; tap++) {
      weights[i * count + tap] = (weights[i * count + tap] as number) / total;
    }
  }
  return { count, indices, weights };
}

/** Returns the factor by which the filter is widened. */
function stretchOf(scale: number): number {
  return Math.max(1, 1 / scale);
}

/** Returns the position of the center of a pixel of the result, in source pixels. */
function centerOf(pixel: number, scale: number): number {
  return (pixel + 0.5) / scale - 0.5;
}

/** Returns the first and the last source pixel along one axis that pixels of the result may need. */
function reach(
  start: number,
  length: number,
  scale: number,
  sourceLength: number,
): [number, number] {
  const last = sourceLength - 1;
  const stretch = stretchOf(scale);
  const from = Math.ceil(centerOf(start, scale) - 2 * stretch);
  const to = Math.ceil(centerOf(start + length - 1, scale) - 2 * stretch) + tapCount(stretch) - 1;
  return [Math.min(last, Math.max(0, from)), Math.min(last, Math.max(0, to))];
}

/** Returns the maximum number of source pixels that a widened filter covers. */
function tapCount(stretch: number): number {
  return Math.ceil(4 * stretch) + 1;
}

/** Returns the weight of a source pixel at a distance: the cubic convolution kernel with a = -1/2. */
function cubicWeight(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  if (d < 2) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
  return 0;
}

/**
 * Returns the first and the last index among the taps.
 *
 * @param length Number of source pixels along the axis.
 */
function span({ indices }: Taps, length: number): [number, number] {
  let first = length - 1;
  let last = 0;
  for (const index of indices) {
    if (index < first) first = index;
    if (index > last) last = index;
  }
  return [first, last];
}

function isWithin(image: Size, { x, y, width, height }: Region): boolean {
  return x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
}

function crop(image: RgbImage, { x, y, width, height }: Region): RgbImage {
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { width, height, data };
}
