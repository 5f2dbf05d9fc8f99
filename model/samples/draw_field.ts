/**
 * Draws `field.png`, a whole field of view: nests and ducts of a tumor in stroma, resting nuclei,
 * mitoses, and the dark nuclei that are mistaken for them. A drawing, no photograph; of the same hand as
 * `draw.ts`.
 */
import { Buffer } from "node:buffer";
import { PNG } from "pngjs";
import {
  anaphase,
  type Cell,
  fibroblast,
  lymphocyte,
  metaphase,
  prometaphase,
  pyknotic,
  resting,
} from "./cells.ts";
import { epithelium, stroma } from "./ground.ts";
import { ellipse, emptySlide, everywhere, lay, noise, photograph, soft } from "./tissue.ts";
import { seededRandom } from "../../src/random.ts";

const SIDE = 1024;

/** A lobe of the tumor; those that overlap make one nest. */
interface Lobe {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly turn: number;
}

const LOBES: readonly Lobe[] = [
  { x: 235, y: 235, a: 230, b: 165, turn: 0.5 },
  { x: 790, y: 165, a: 190, b: 105, turn: -0.25 },
  { x: 620, y: 660, a: 265, b: 185, turn: 0.35 },
  { x: 860, y: 800, a: 150, b: 190, turn: 0.3 },
  { x: 165, y: 800, a: 150, b: 195, turn: 0.2 },
  { x: 985, y: 455, a: 120, b: 75, turn: -0.6 },
  { x: 500, y: 380, a: 60, b: 34, turn: 0.6 },
  { x: 395, y: 960, a: 70, b: 40, turn: -0.3 },
];

/** White spaces that the tumor's cells stand around. */
const LUMENS: readonly Lobe[] = [
  { x: 255, y: 245, a: 62, b: 34, turn: 0.7 },
  { x: 640, y: 690, a: 84, b: 48, turn: 0.2 },
  { x: 455, y: 610, a: 30, b: 20, turn: 0.9 },
];

/** What divides, and what only looks like it; each once for every time that it is named. */
const DIVIDING: readonly Cell[] = [
  metaphase,
  anaphase,
  prometaphase,
  metaphase,
  anaphase,
  metaphase,
  prometaphase,
  metaphase,
  anaphase,
];
const DYING = 5;

/** How deep inside the nearest of some ellipses a place is, in pixels. */
function depthIn(lobes: readonly Lobe[]): (x: number, y: number) => number {
  const shapes = lobes.map(({ x, y, a, b, turn }) => ellipse(x, y, a, b, turn));
  return (x, y) => Math.max(...shapes.map((shape) => shape(x, y)));
}

type Place = readonly [x: number, y: number];

/** Places at least `apart` from each other and from those taken, at random where `fits` says so. */
function scatter(
  random: () => number,
  { tries, apart, most = Infinity }: { tries: number; apart: number; most?: number },
  fits: (x: number, y: number) => boolean,
  taken: readonly Place[] = [],
): Place[] {
  const places: Place[] = [];
  for (let i = 0; i < tries && places.length < most; i++) {
    const [x, y] = [random() * SIDE, random() * SIDE];
    const close = ([u, v]: Place) => Math.hypot(u - x, v - y) < apart;
    if (fits(x, y) && !taken.some(close) && !places.some(close)) places.push([x, y]);
  }
  return places;
}

if (import.meta.main) {
  const random = seededRandom(1890);
  const field = emptySlide(SIDE);
  const course = stroma(field, random, 0.45);

  const [rim, ragged] = [noise(random, 55), noise(random, 12)];
  const [nests, lumens] = [depthIn(LOBES), depthIn(LUMENS)];
  const inNest = (x: number, y: number) => nests(x, y) + 20 * rim(x, y) + 3 * ragged(x, y);
  const inLumen = (x: number, y: number) => lumens(x, y) + 9 * rim(y, x) + 3 * ragged(y, x);
  const tumor = (x: number, y: number) => Math.min(inNest(x, y), -inLumen(x, y));

  const inside = (x: number, y: number) => Math.min(x, y, SIDE - x, SIDE - y);
  const special = scatter(
    random,
    { tries: 3000, apart: 92, most: DIVIDING.length + DYING },
    (x, y) => tumor(x, y) > 30 && inside(x, y) > 60,
  );
  const dividing = special.slice(0, DIVIDING.length);
  const dying = special.slice(DIVIDING.length);
  const packed = scatter(
    random,
    { tries: 14000, apart: 37 },
    (x, y) => tumor(x, y) > 13,
    special.map(([x, y]): Place => [x, y]),
  ).filter(([x, y]) => dividing.every(([u, v]) => Math.hypot(u - x, v - y) > 46));

  everywhere(field, (x, y, at) => {
    const gap = soft(inNest(x, y) + 5 + 3 * ragged(x, y), 1.2);
    lay(field, at, 0.75 * gap, { hematoxylin: 0.01, eosin: 0.03 });
    const hollow = soft(inLumen(x, y), 1.2);
    lay(field, at, hollow, { hematoxylin: 0, eosin: 0.01 });
  });
  const bodies = [
    ...packed.map(([x, y]) => ({ x, y, extra: 0 })),
    ...dividing.map(([x, y]) => ({ x, y, extra: 8 })),
    ...dying.map(([x, y]) => ({ x, y, extra: 0 })),
  ];
  epithelium(field, random, bodies, (x, y) => soft(tumor(x, y), 1));

  const turned = ([x, y]: Place) => ({ x, y, turn: Math.PI * random() });
  packed.forEach((place) => resting(field, random, turned(place)));
  const inStroma = scatter(random, { tries: 900, apart: 46 }, (x, y) => inNest(x, y) < -16);
  inStroma.forEach(([x, y]) => fibroblast(field, random, { x, y, turn: course(x, y) }));
  const infiltrate = noise(random, 120);
  scatter(
    random,
    { tries: 1500, apart: 24 },
    (x, y) => inNest(x, y) < -18 && infiltrate(x, y) > 0.28 && inside(x, y) > 32,
    inStroma,
  ).forEach((place) => lymphocyte(field, random, turned(place)));
  dividing.forEach((place, i) => DIVIDING[i]?.(field, random, turned(place)));
  dying.forEach((place) => pyknotic(field, random, turned(place)));

  const data = photograph(field, random, { blur: 0.7, grain: 1, shade: 0.08 });
  const file = new URL("field.png", import.meta.url);
  const rgb = { colorType: 2, inputHasAlpha: false } as const;
  const png = new PNG({ width: SIDE, height: SIDE, ...rgb });
  png.data = Buffer.from(data.map((value) => value & ~1));
  await Deno.writeFile(file, PNG.sync.write(png, { ...rgb, deflateLevel: 9 }));
  console.log("model/samples/field.png");
  dividing.forEach(([x, y]) => console.log(`  mitosis at ${Math.round(x)}, ${Math.round(y)}`));
  dying.forEach(([x, y]) => console.log(`  look-alike at ${Math.round(x)}, ${Math.round(y)}`));
}
