/**
 * Stained tissue: amounts of two stains, shapes to draw with them, and the image that a scanner
 * records.
 */

/**
 * Optical density of a unit of stain, per channel. Hematoxylin is that of Ruifrok and Johnston
 * (2001). Eosin is pinker than theirs, as in images of slide scanners.
 */
const HEMATOXYLIN = [0.65, 0.7, 0.29] as const;
const EOSIN = [0.07, 0.87, 0.47] as const;

/** Color of the empty slide. */
const GLASS = [246, 243, 247] as const;

/** Amounts of both stains at every pixel, float `[side, side]`. */
export interface Tissue {
  /** Pixels across and down. */
  readonly side: number;
  readonly hematoxylin: Float64Array;
  readonly eosin: Float64Array;
}

/** Amounts of both stains at a point. */
export interface Stains {
  readonly hematoxylin: number;
  readonly eosin: number;
}

/** Returns the depth of a point inside a shape, in pixels: 0 at the edge, negative outside. */
export type Shape = (x: number, y: number) => number;

/** Creates tissue without any stain. */
export function createTissue(side: number): Tissue {
  return {
    side,
    hematoxylin: new Float64Array(side * side),
    eosin: new Float64Array(side * side),
  };
}

/** Period of the noise, in knots. */
const KNOTS = 48;

/**
 * Creates smooth noise from -1 to 1, by interpolation of random values at knots `scale` pixels
 * apart.
 */
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

/** Creates an ellipse with half axes `a` and `b`, rotated by `turn` radians. */
export function ellipse(cx: number, cy: number, a: number, b: number, turn: number): Shape {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const u = ((x - cx) * cos + (y - cy) * sin) / a;
    const v = (-(x - cx) * sin + (y - cy) * cos) / b;
    const r = Math.hypot(u, v);
    return r === 0 ? Math.min(a, b) : (1 - r) * r / Math.hypot(u / a, v / b);
  };
}

/** Returns 0 outside and 1 inside, with an edge about four times `softness` pixels wide. */
export function softEdge(depth: number, softness: number): number {
  return 1 / (1 + Math.exp(-depth / softness));
}

/** Blends stains into those at a pixel: `share` 0 keeps the old ones, 1 replaces them. */
export function blendStains(
  { hematoxylin, eosin }: Tissue,
  at: number,
  share: number,
  stains: Stains,
) {
  hematoxylin[at] = (hematoxylin[at] ?? 0) * (1 - share) + stains.hematoxylin * share;
  eosin[at] = (eosin[at] ?? 0) * (1 - share) + stains.eosin * share;
}

/** Calls `visit` for every pixel. */
export function forEachPixel(
  { side }: Tissue,
  visit: (x: number, y: number, at: number) => void,
): void {
  for (let at = 0; at < side * side; at++) visit(at % side, Math.floor(at / side), at);
}

/** Calls `visit` for the pixels in a square around a point, `reach` pixels in each direction. */
export function forEachPixelNear(
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
 * Renders the image that a scanner would record: blurred, brighter in the center, with noise.
 *
 * @param blur Standard deviation of the blur, in pixels.
 * @param grain Standard deviation of the noise, in levels of 255.
 * @param shade How much darker the corners are than the center, 0 to 1.
 * @returns uint8 `[side, side, 3]`, RGB.
 */
export function renderImage(
  { side, hematoxylin, eosin }: Tissue,
  random: () => number,
  { blur = 0.7, grain = 1.5, shade = 0.04 } = {},
): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  for (let c = 0; c < 3; c++) {
    const [h, e, glass] = [HEMATOXYLIN[c] ?? 0, EOSIN[c] ?? 0, GLASS[c] ?? 0];
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

/** Applies a Gaussian blur along one axis: `step` 1 along rows, `side` along columns. */
function blurred(light: Float64Array, side: number, sigma: number, step: number): Float64Array {
  const weights = [-3, -2, -1, 0, 1, 2, 3].map((d) => Math.exp(-(d * d) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight);
  return light.map((_, at) => {
    const position = step === 1 ? at % side : Math.floor(at / side);
    const sum = weights.reduce((sum, weight, i) => {
      const near = Math.max(0, Math.min(side - 1, position + i - 3));
      return sum + weight * (light[at + (near - position) * step] ?? 0);
    }, 0);
    return sum / total;
  });
}
