import type { Layout } from "./layout.ts";
import { samplesTogether } from "./segments.ts";
import { sampleBits, type Samples } from "./samples.ts";

/** The color of empty glass, on which transparent pixels are laid. */
const WHITE = 255;

/** Part of a picture that a strip or tile covers, in pixels. */
export interface Cut {
  /** Upper left corner within the strip or tile. */
  readonly fromX: number;
  readonly fromY: number;
  /** Upper left corner within the target. */
  readonly toX: number;
  readonly toY: number;
  readonly width: number;
  readonly height: number;
}

/** What is painted on: uint8 `[height, width, 3]`. */
export interface Target {
  readonly width: number;
  readonly data: Uint8Array;
  /** Only this channel is painted where gray is one channel of a color picture. */
  readonly channel?: number;
}

/**
 * Paints samples as 8-bit RGB: 16 bits are divided by 257 and rounded, gray becomes three equal values,
 * transparent pixels are laid on white.
 *
 * @param planes The samples of the strip or tile, interleaved; or a plane of each.
 */
export function paint(planes: readonly Samples[], layout: Layout, cut: Cut, target: Target): void {
  const [first] = planes;
  if (first === undefined) return;
  if (layout.palette !== undefined) return paintPalette(first, layout.palette, layout, cut, target);
  if (layout.yCbCr) return paintYCbCr(first, layout, cut, target);
  const isRgb = layout.colors === 3 && layout.samples === 3 && !layout.planar;
  if (isRgb && first instanceof Uint8Array && sampleBits(layout) === 8) {
    return copyRows(first, layout, cut, target);
  }
  if (layout.alpha !== undefined) {
    return paintOnWhite(planes, layout.alpha, layout, cut, target);
  }
  paintColors(planes, layout, cut, target);
}

/** Where a sample of a pixel is: in a plane of its own, or at an offset among the others. */
function sampleAt(planes: readonly Samples[], layout: Layout, sample: number): [Samples, number] {
  const [first = new Uint8Array()] = planes;
  return layout.planar ? [planes[sample] ?? first, 0] : [first, sample];
}

function paintColors(
  planes: readonly Samples[],
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Cut,
  { data, width: targetWidth, channel }: Target,
): void {
  const levels = levelsOf(layout);
  const step = samplesTogether(layout);
  for (let c = channel ?? 0; c <= (channel ?? 2); c++) {
    const [plane, offset] = sampleAt(planes, layout, layout.colors === 3 ? c : 0);
    for (let y = 0; y < height; y++) {
      let from = ((fromY + y) * layout.grid.width + fromX) * step + offset;
      let to = ((toY + y) * targetWidth + toX) * 3 + c;
      for (let x = 0; x < width; x++, from += step, to += 3) {
        data[to] = levels[plane[from] as number] as number;
      }
    }
  }
}

/** 0 to 255 for each value that a sample may have; made once for a picture. */
function levelsOf(layout: Layout): Uint8Array {
  const known = levels.get(layout);
  if (known !== undefined) return known;
  const largest = 2 ** sampleBits(layout) - 1;
  const made = new Uint8Array(largest + 1);
  for (let value = 0; value <= largest; value++) {
    made[value] = Math.round(255 * (layout.inverted ? largest - value : value) / largest);
  }
  levels.set(layout, made);
  return made;
}

const levels = new WeakMap<Layout, Uint8Array>();

/** The rows as they are: 8 bits, interleaved. */
function copyRows(
  samples: Uint8Array,
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Cut,
  { data, width: targetWidth }: Target,
): void {
  for (let y = 0; y < height; y++) {
    const from = ((fromY + y) * layout.grid.width + fromX) * 3;
    data.set(samples.subarray(from, from + width * 3), ((toY + y) * targetWidth + toX) * 3);
  }
}

function paintPalette(
  samples: Samples,
  palette: Uint8Array,
  layout: Layout,
  cut: Cut,
  target: Target,
): void {
  eachPixel(layout, cut, target, (from, to) => {
    const color = 3 * (samples[from] as number);
    target.data[to] = palette[color] as number;
    target.data[to + 1] = palette[color + 1] as number;
    target.data[to + 2] = palette[color + 2] as number;
  });
}

function paintOnWhite(
  planes: readonly Samples[],
  alpha: { readonly sample: number; readonly associated: boolean },
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Cut,
  { data, width: targetWidth }: Target,
): void {
  const largest = 2 ** sampleBits(layout) - 1;
  const step = samplesTogether(layout);
  const [opacities, alphaOffset] = sampleAt(planes, layout, alpha.sample);
  for (let c = 0; c < 3; c++) {
    const [plane, offset] = sampleAt(planes, layout, layout.colors === 3 ? c : 0);
    for (let y = 0; y < height; y++) {
      let from = ((fromY + y) * layout.grid.width + fromX) * step;
      let to = ((toY + y) * targetWidth + toX) * 3 + c;
      for (let x = 0; x < width; x++, from += step, to += 3) {
        const opacity = (opacities[from + alphaOffset] as number) / largest;
        const light = (plane[from + offset] as number) / largest;
        const laid = (alpha.associated ? light : light * opacity) + 1 - opacity;
        data[to] = laid < 1 ? Math.round(WHITE * laid) : WHITE;
      }
    }
  }
}

/** ITU-R BT.601 with full range, as JPEG has it. */
function paintYCbCr(samples: Samples, layout: Layout, cut: Cut, target: Target): void {
  const step = layout.samples;
  const scale = layout.bits === 16 ? 1 / 257 : 1;
  const { data } = target;
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  eachPixel(layout, cut, target, (from, to) => {
    const y = (samples[from * step] as number) * scale;
    const blue = (samples[from * step + 1] as number) * scale - 128;
    const red = (samples[from * step + 2] as number) * scale - 128;
    clamped[to] = y + 1.402 * red;
    clamped[to + 1] = y - 0.344136 * blue - 0.714136 * red;
    clamped[to + 2] = y + 1.772 * blue;
  });
}

/** Calls with the index of each pixel in the strip or tile, and that of its first byte in the target. */
function eachPixel(
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Cut,
  target: Target,
  each: (from: number, to: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    const from = (fromY + y) * layout.grid.width + fromX;
    const to = ((toY + y) * target.width + toX) * 3;
    for (let x = 0; x < width; x++) each(from + x, to + 3 * x);
  }
}
