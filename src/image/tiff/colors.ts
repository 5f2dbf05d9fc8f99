import { type Layout, samplesTogether } from "./layout.ts";
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
  if (layout.alpha !== undefined) {
    return paintOnWhite(planes, layout.alpha, layout, cut, target);
  }
  const levels = levelsOf(layout);
  const step = samplesTogether(layout);
  if (layout.colors === 3 && !layout.planar) return paintRgb(first, levels, layout, cut, target);
  eachPixel(layout, cut, target, (from, to) => {
    for (let c = 0; c < 3; c++) {
      if (target.channel !== undefined && target.channel !== c) continue;
      const plane = layout.colors === 3 ? planes[c] ?? first : first;
      target.data[to + c] = levels[plane[from * step] as number] as number;
    }
  });
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

function paintRgb(
  samples: Samples,
  levels: Uint8Array,
  layout: Layout,
  { fromX, fromY, toX, toY, width, height }: Cut,
  { data, width: targetWidth }: Target,
): void {
  const step = layout.samples;
  for (let y = 0; y < height; y++) {
    let from = ((fromY + y) * layout.grid.width + fromX) * step;
    let to = ((toY + y) * targetWidth + toX) * 3;
    if (step === 3 && samples instanceof Uint8Array) {
      data.set(samples.subarray(from, from + width * 3), to);
      continue;
    }
    for (let x = 0; x < width; x++, from += step, to += 3) {
      data[to] = levels[samples[from] as number] as number;
      data[to + 1] = levels[samples[from + 1] as number] as number;
      data[to + 2] = levels[samples[from + 2] as number] as number;
    }
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
  cut: Cut,
  target: Target,
): void {
  const largest = 2 ** sampleBits(layout) - 1;
  const step = samplesTogether(layout);
  const at = (from: number, sample: number) =>
    layout.planar ? (planes[sample]?.[from] ?? 0) : (planes[0]?.[from * step + sample] ?? 0);
  eachPixel(layout, cut, target, (from, to) => {
    const opacity = at(from, alpha.sample) / largest;
    for (let c = 0; c < 3; c++) {
      const stored = at(from, layout.colors === 3 ? c : 0);
      const light = (layout.inverted ? largest - stored : stored) / largest;
      const laid = (alpha.associated ? light : light * opacity) + 1 - opacity;
      target.data[to + c] = Math.round(WHITE * Math.min(1, laid));
    }
  });
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
