/**
 * Draws the sample patches of this folder: `deno task samples`. They are drawings, not photographs:
 * two stains laid over white by Beer and Lambert's law, with shapes that a pathologist would name.
 * They serve the documentation, the self-test, and anyone who has no slide at hand.
 */
import { encode } from "fast-png";

const SIZE = 64;

/** Optical density per channel of haematoxylin and eosin (Ruifrok and Johnston, 2001). */
const HAEMATOXYLIN = [0.65, 0.7, 0.29] as const;
const EOSIN = [0.07, 0.99, 0.11] as const;

/** Amounts of both stains at every pixel, float `[side, side]`. */
export interface Tissue {
  /** Pixels across and down. */
  readonly side: number;
  readonly haematoxylin: Float64Array;
  readonly eosin: Float64Array;
}

/** A shape: how far inside it a place is, 1 in the middle, 0 at the edge, negative outside. */
export type Shape = (x: number, y: number) => number;

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Smooth noise from -1 to 1 with features of about `scale` pixels: random values, interpolated. */
export function noise(random: () => number, scale: number, extent = SIZE): Shape {
  const side = Math.ceil(extent / scale) + 2;
  const knots = Float64Array.from({ length: side * side }, () => random() * 2 - 1);
  const ease = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    const [i, j] = [Math.floor(x / scale), Math.floor(y / scale)];
    const [u, v] = [ease(x / scale - i), ease(y / scale - j)];
    const at = (di: number, dj: number) => knots[(j + dj) * side + i + di] ?? 0;
    return (at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v;
  };
}

/** An ellipse with half axes `a` and `b`, turned by `degrees`. */
export function ellipse(cx: number, cy: number, a: number, b: number, degrees: number): Shape {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (x, y) => {
    const u = ((x - cx) * cos + (y - cy) * sin) / a;
    const v = (-(x - cx) * sin + (y - cy) * cos) / b;
    return 1 - Math.hypot(u, v);
  };
}

/** 0 outside, 1 inside, with an edge of the given softness. */
export function soft(inside: number, softness: number): number {
  return 1 / (1 + Math.exp(-inside / softness));
}

export function everywhere(
  { side }: Tissue,
  change: (x: number, y: number, at: number) => void,
): void {
  for (let at = 0; at < side * side; at++) change(at % side, Math.floor(at / side), at);
}

/** Pink ground with fibres that run in one direction. */
export function stroma(random: () => number, side = SIZE): Tissue {
  const tissue = {
    side,
    haematoxylin: new Float64Array(side * side),
    eosin: new Float64Array(side * side),
  };
  const [coarse, fine, along] = [
    noise(random, 16, side),
    noise(random, 3, side),
    noise(random, 9, side),
  ];
  everywhere(tissue, (x, y, at) => {
    const fibre = Math.sin((x * 0.35 + y * 0.75) * 0.7 + along(x, y) * 3);
    tissue.eosin[at] = 0.3 + 0.08 * coarse(x, y) + 0.04 * fine(x, y) + 0.05 * fibre;
    tissue.haematoxylin[at] = 0.08 + 0.03 * coarse(y, x) + 0.02 * fine(y, x);
  });
  return tissue;
}

/** The body of a cell: evenly pink, its fibres gone, a little clearer where it divides. */
export function cytoplasm(tissue: Tissue, shape: Shape, eosin: number): void {
  everywhere(tissue, (x, y, at) => {
    const inside = soft(shape(x, y), 0.06);
    tissue.eosin[at] = (tissue.eosin[at] ?? 0) * (1 - inside) + eosin * inside;
    tissue.haematoxylin[at] = (tissue.haematoxylin[at] ?? 0) * (1 - inside) + 0.07 * inside;
  });
}

/** Condensed chromosomes: very dark, without membrane, with a ragged edge. */
export function chromosomes(tissue: Tissue, random: () => number, shape: Shape): void {
  const [ragged, grain] = [noise(random, 3, tissue.side), noise(random, 2, tissue.side)];
  everywhere(tissue, (x, y, at) => {
    const inside = soft(shape(x, y) + 0.25 * ragged(x, y), 0.14);
    tissue.haematoxylin[at] = (tissue.haematoxylin[at] ?? 0) + inside * (1.25 + 0.25 * grain(x, y));
    tissue.eosin[at] = (tissue.eosin[at] ?? 0) + inside * 0.25;
  });
}

/** A nucleus at rest: pale, with a membrane, grains of chromatin and a nucleolus. */
export function nucleus(
  tissue: Tissue,
  random: () => number,
  shape: Shape,
  darkness: number,
): void {
  const grain = noise(random, 3, tissue.side);
  everywhere(tissue, (x, y, at) => {
    const depth = shape(x, y);
    const inside = soft(depth, 0.05);
    const membrane = Math.exp(-((depth - 0.06) ** 2) / 0.006);
    const chromatin = 0.42 + 0.12 * grain(x, y) + 0.28 * membrane;
    tissue.haematoxylin[at] = (tissue.haematoxylin[at] ?? 0) + inside * darkness * chromatin;
  });
}

/**
 * Light through the stains, with the grain of a camera: uint8 `[side, side, 3]`.
 *
 * @param grain How far the grain goes either way, in levels of 255.
 */
export function photograph(
  { side, haematoxylin, eosin }: Tissue,
  random: () => number,
  grain = 5,
): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  for (let at = 0; at < side * side; at++) {
    for (let c = 0; c < 3; c++) {
      const density = (haematoxylin[at] ?? 0) * (HAEMATOXYLIN[c] ?? 0) +
        (eosin[at] ?? 0) * (EOSIN[c] ?? 0);
      const light = 245 * 10 ** -density + (random() + random() - 1) * grain;
      data[at * 3 + c] = Math.max(0, Math.min(255, Math.round(light)));
    }
  }
  return data;
}

/** What each sample shows. */
const SAMPLES: Record<string, (tissue: Tissue, random: () => number) => void> = {
  metaphase(tissue, random) {
    cytoplasm(tissue, ellipse(32, 32, 22, 20, 20), 0.22);
    chromosomes(tissue, random, ellipse(32, 32, 13, 5, 65));
    nucleus(tissue, random, ellipse(4, 58, 13, 9, 30), 0.9);
  },
  anaphase(tissue, random) {
    cytoplasm(tissue, ellipse(32, 32, 24, 19, -30), 0.22);
    chromosomes(tissue, random, ellipse(26.5, 26, 11, 4, -45));
    chromosomes(tissue, random, ellipse(37.5, 38, 11, 4, -45));
  },
  interphase(tissue, random) {
    cytoplasm(tissue, ellipse(32, 32, 26, 23, 10), 0.28);
    nucleus(tissue, random, ellipse(32, 32, 15, 12, 25), 0.9);
    nucleus(tissue, random, ellipse(61, 6, 12, 10, 80), 0.9);
  },
  stroma() {},
};

if (import.meta.main) {
  let seed = 2018;
  for (const [name, draw] of Object.entries(SAMPLES)) {
    const random = randomFrom(seed++);
    const tissue = stroma(random);
    draw(tissue, random);
    const data = photograph(tissue, random);
    const file = new URL(`${name}.png`, import.meta.url);
    await Deno.writeFile(file, encode({ width: SIZE, height: SIZE, channels: 3, data }));
    console.log(`model/samples/${name}.png`);
  }
}
