import type { Layout } from "./layout.ts";
import { sampleBits, type Samples } from "./samples.ts";
import { interleavedSamples } from "./segments.ts";

/** The color of empty glass, on which transparent pixels are laid. */
const WHITE = 255;

/** The part that a strip or tile and a region have in common, in pixels. */
export interface Overlap {
  /** Its upper left corner within the strip or tile. */
  readonly fromX: number;
  readonly fromY: number;
  /** Its upper left corner within the region. */
  readonly toX: number;
  readonly toY: number;
  readonly width: number;
  readonly height: number;
}

/** The pixels that are written: uint8 `[height, width, 3]`. */
export interface Target {
  readonly width: number;
  readonly data: Uint8Array;
  /** The channel that is written. Absent if all are; present if a gray page is one channel of a color picture. */
  readonly channel?: number;
}

/**
 * Converts samples to 8-bit RGB. Samples of 16 bits are divided by 257 and rounded, gray is repeated in
 * all channels, and transparent pixels are laid on white.
 *
 * @param planes The interleaved samples of a strip or tile, or one plane per sample.
 */
export function writeRgb(
  planes: readonly Samples[],
  layout: Layout,
  overlap: Overlap,
  target: Target,
): void {
  const [first] = planes;
  if (first === undefined) return;
  if (layout.palette !== undefined) {
    return writePalette(first, layout.palette, layout, overlap, target);
  }
  if (layout.isYCbCr) return writeYCbCr(first, layout, overlap, target);
  const isRgb = layout.colorSamples === 3 && layout.samplesPerPixel === 3 && !layout.planar;
  if (isRgb && first instanceof Uint8Array && sampleBits(layout) === 8) {
    return copyRows(first, layout, overlap, target);
  }
  if (layout.alpha !== undefined) {
    return writeOnWhite(planes, layout.alpha, layout, overlap, target);
  }
  writeColors(planes, layout, overlap, target);
}

/** Returns the array that holds a sample, and the offset of the sample within a pixel. */
function locateSample(
  planes: readonly Samples[],
  layout: Layout,
  sample: number,
): [Samples, number] {
  const [first = new Uint8Array()] = planes;
  return layout.planar ? [planes[sample] ?? first, 0] : [first, sample];
}

function writeColors(
  planes: readonly Samples[],
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Overlap,
  { data, width: targetWidth, channel }: Target,
): void {
  const levels = levelsOf(layout);
  const step = interleavedSamples(layout);
  for (let c = channel ?? 0; c <= (channel ?? 2); c++) {
    const [plane, offset] = locateSample(planes, layout, layout.colorSamples === 3 ? c : 0);
    for (let y = 0; y < height; y++) {
      let from = ((fromY + y) * layout.grid.width + fromX) * step + offset;
      let to = ((toY + y) * targetWidth + toX) * 3 + c;
      for (let x = 0; x < width; x++, from += step, to += 3) {
        data[to] = levels[plane[from] as number] as number;
      }
    }
  }
}

const levelTables = new WeakMap<Layout, Uint8Array>();

/** Returns 0 to 255 for each value of a sample. The table is made once for a page. */
function levelsOf(layout: Layout): Uint8Array {
  const known = levelTables.get(layout);
  if (known !== undefined) return known;
  const max = 2 ** sampleBits(layout) - 1;
  const levels = new Uint8Array(max + 1);
  for (let value = 0; value <= max; value++) {
    levels[value] = Math.round(255 * (layout.whiteIsZero ? max - value : value) / max);
  }
  levelTables.set(layout, levels);
  return levels;
}

/** Copies rows of interleaved 8-bit RGB. */
function copyRows(
  samples: Uint8Array,
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Overlap,
  { data, width: targetWidth }: Target,
): void {
  for (let y = 0; y < height; y++) {
    const from = ((fromY + y) * layout.grid.width + fromX) * 3;
    data.set(samples.subarray(from, from + width * 3), ((toY + y) * targetWidth + toX) * 3);
  }
}

function writePalette(
  samples: Samples,
  palette: Uint8Array,
  layout: Layout,
  overlap: Overlap,
  target: Target,
): void {
  forEachPixel(layout, overlap, target, (from, to) => {
    const color = 3 * (samples[from] as number);
    target.data[to] = palette[color] as number;
    target.data[to + 1] = palette[color + 1] as number;
    target.data[to + 2] = palette[color + 2] as number;
  });
}

function writeOnWhite(
  planes: readonly Samples[],
  alpha: { readonly sample: number; readonly associated: boolean },
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Overlap,
  { data, width: targetWidth }: Target,
): void {
  const max = 2 ** sampleBits(layout) - 1;
  const step = interleavedSamples(layout);
  const [alphaPlane, alphaOffset] = locateSample(planes, layout, alpha.sample);
  for (let c = 0; c < 3; c++) {
    const [plane, offset] = locateSample(planes, layout, layout.colorSamples === 3 ? c : 0);
    for (let y = 0; y < height; y++) {
      let from = ((fromY + y) * layout.grid.width + fromX) * step;
      let to = ((toY + y) * targetWidth + toX) * 3 + c;
      for (let x = 0; x < width; x++, from += step, to += 3) {
        const opacity = (alphaPlane[from + alphaOffset] as number) / max;
        const color = (plane[from + offset] as number) / max;
        const onWhite = (alpha.associated ? color : color * opacity) + 1 - opacity;
        data[to] = onWhite < 1 ? Math.round(WHITE * onWhite) : WHITE;
      }
    }
  }
}

/** Converts YCbCr to RGB by ITU-R BT.601 with full range, as in JPEG. */
function writeYCbCr(samples: Samples, layout: Layout, overlap: Overlap, target: Target): void {
  const step = layout.samplesPerPixel;
  const scale = layout.bitsPerSample === 16 ? 1 / 257 : 1;
  const { data } = target;
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  forEachPixel(layout, overlap, target, (from, to) => {
    const y = (samples[from * step] as number) * scale;
    const cb = (samples[from * step + 1] as number) * scale - 128;
    const cr = (samples[from * step + 2] as number) * scale - 128;
    clamped[to] = y + 1.402 * cr;
    clamped[to + 1] = y - 0.344136 * cb - 0.714136 * cr;
    clamped[to + 2] = y + 1.772 * cb;
  });
}

/** Calls `each` with the index of each pixel in the strip or tile, and of its first byte in the target. */
function forEachPixel(
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Overlap,
  target: Target,
  each: (from: number, to: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    const from = (fromY + y) * layout.grid.width + fromX;
    const to = ((toY + y) * target.width + toX) * 3;
    for (let x = 0; x < width; x++) each(from + x, to + 3 * x);
  }
}
