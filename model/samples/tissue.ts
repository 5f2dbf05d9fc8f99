/**
 * What the drawings of this folder are made of: amounts of two stains, shapes to lay them into, and the
 * light that a camera sees through them.
 */

/**
 * Optical density per channel of a unit of stain: hematoxylin after Ruifrok and Johnston (2001); eosin
 * pinker than theirs, as slide scanners show it.
 */
const HAEMATOXYLIN = [0.65, 0.7, 0.29] as const;
const EOSIN = [0.07, 0.87, 0.47] as const;

/** Light that passes the empty slide, per channel. */
const GLASS = [246, 243, 247] as const;

/** Amounts of both stains at every pixel, float `[side, side]`. */
export interface Tissue {
  /** Pixels across and down. */
  readonly side: number;
  readonly hematoxylin: Float64Array;
  readonly eosin: Float64Array;
}

/** Amounts of both stains at one place. */
export interface Stains {
  readonly hematoxylin: number;
  readonly eosin: number;
}

/** How deep inside a shape a place is, in pixels: 0 at the edge, negative outside. */
export type Shape = (x: number, y: number) => number;

/** An empty slide. */
export function emptySlide(side: number): Tissue {
  return {
    side,
    hematoxylin: new Float64Array(side * side),
    eosin: new Float64Array(side * side),
  };
}

/** Knots of noise across and down before it repeats. */
const KNOTS = 48;

/** Smooth noise from -1 to 1 with features of about `scale` pixels: random values, interpolated. */
export function noise(random: () => number, scale: number): (x: number, y: number) => number {
  const knots = Float64Array.from({ length: KNOTS * KNOTS }, () => random() * 2 - 1);
  const ease = (t: number) => t * t * (3 - 2 * t);
  const wrap = (i: number) => ((i % KNOTS) + KNOTS) % KNOTS;
  return (x, y) => {
    const [i, j] = [Math.floor(x / scale), Math.floor(y / scale)];
    const [u, v] = [ease(x / scale - i), ease(y / scale - j)];
    const at = (di: number, dj: number) => knots[wrap(j + dj) * KNOTS + wrap(i + di)] ?? 0;
    return (at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v;
  };
}

/** An ellipse with half axes `a` and `b`, turned by `turn` radians. */
export function ellipse(cx: number, cy: number, a: number, b: number, turn: number): Shape {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const u = ((x - cx) * cos + (y - cy) * sin) / a;
    const v = (-(x - cx) * sin + (y - cy) * cos) / b;
    const r = Math.hypot(u, v);
    return r === 0 ? Math.min(a, b) : (1 - r) * r / Math.hypot(u / a, v / b);
  };
}

/** 0 outside, 1 inside, with an edge about four times `softness` pixels wide. */
export function soft(depth: number, softness: number): number {
  return 1 / (1 + Math.exp(-depth / softness));
}

/** Lays stains over what is there: `share` 0 leaves it, 1 replaces it. */
export function lay({ hematoxylin, eosin }: Tissue, at: number, share: number, stains: Stains) {
  hematoxylin[at] = (hematoxylin[at] ?? 0) * (1 - share) + stains.hematoxylin * share;
  eosin[at] = (eosin[at] ?? 0) * (1 - share) + stains.eosin * share;
}

/** Visits every pixel. */
export function everywhere(
  { side }: Tissue,
  visit: (x: number, y: number, at: number) => void,
): void {
  for (let at = 0; at < side * side; at++) visit(at % side, Math.floor(at / side), at);
}

/** Visits the pixels of the tissue that are within `reach` of a place, in a square. */
export function around(
  { side }: Tissue,
  [cx, cy]: readonly [number, number],
  reach: number,
  visit: (x: number, y: number, at: number) => void,
): void {
  const from = (c: number) => Math.max(0, Math.floor(c - reach));
  const to = (c: number) => Math.min(side - 1, Math.ceil(c + reach));
  for (let y = from(cy); y <= to(cy); y++) {
    for (let x = from(cx); x <= to(cx); x++) visit(x, y, y * side + x);
  }
}

/**
 * Light through the stains as a scanner records it: blurred, brighter in the middle, with grain.
 * Uint8 `[side, side, 3]`.
 *
 * @param blur Standard deviation of the blur, in pixels.
 * @param grain Standard deviation of the grain, in levels of 255.
 */
export function photograph(
  { side, hematoxylin, eosin }: Tissue,
  random: () => number,
  { blur = 0.7, grain = 1.5, shade = 0.04 } = {},
): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  for (let c = 0; c < 3; c++) {
    const [h, e, glass] = [HAEMATOXYLIN[c] ?? 0, EOSIN[c] ?? 0, GLASS[c] ?? 0];
    const light = hematoxylin.map((amount, at) =>
      glass * 10 ** -(amount * h + (eosin[at] ?? 0) * e)
    );
    const seen = blurred(blurred(light, side, blur, 1), side, blur, side);
    seen.forEach((level, at) => {
      const [u, v] = [(at % side) / side - 0.5, Math.floor(at / side) / side - 0.5];
      const lit = level * (1 - shade * 2 * (u * u + v * v));
      const bell = (random() + random() + random() + random() - 2) * Math.sqrt(3);
      data[at * 3 + c] = Math.max(0, Math.min(255, Math.round(lit + bell * grain)));
    });
  }
  return data;
}

/** A Gaussian blur in one direction: `step` 1 along rows, `side` along columns; borders repeat. */
function blurred(light: Float64Array, side: number, sigma: number, step: number): Float64Array {
  const weights = [-3, -2, -1, 0, 1, 2, 3].map((d) => Math.exp(-(d * d) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight);
  return light.map((_, at) => {
    const place = step === 1 ? at % side : Math.floor(at / side);
    const sum = weights.reduce((sum, weight, i) => {
      const near = Math.max(0, Math.min(side - 1, place + i - 3));
      return sum + weight * (light[at + (near - place) * step] ?? 0);
    }, 0);
    return sum / total;
  });
}
