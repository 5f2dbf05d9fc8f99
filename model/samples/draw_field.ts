/**
 * `deno task samples`: draws `field.png`, a field of view with tumor nests and ducts in stroma,
 * resting nuclei, mitoses, and dark nuclei that look like mitoses. It is a drawing, not a
 * photograph, like the patches of `draw.ts`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { PNG } from "npm:pngjs@7.0.0";
import {
  anaphase,
  type DrawCell,
  fibroblast,
  interphase,
  lymphocyte,
  metaphase,
  prometaphase,
  pyknoticCell,
} from "./cells.ts";
import { drawEpithelium, drawStroma } from "./background.ts";
import {
  blendStains,
  createTissue,
  ellipse,
  forEachPixel,
  noise,
  renderImage,
  softEdge,
} from "./tissue.ts";
import { seededRandom } from "../../src/random.ts";

/** Side of the field, in pixels. */
const SIDE = 1024;

/** An ellipse with half axes `a` and `b` in pixels, rotated by `turn` radians. */
interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly turn: number;
}

/** Lobes of the tumor. Overlapping lobes form one nest. */
const LOBES: readonly Ellipse[] = [
  { x: 235, y: 235, a: 230, b: 165, turn: 0.5 },
  { x: 790, y: 165, a: 190, b: 105, turn: -0.25 },
  { x: 620, y: 660, a: 265, b: 185, turn: 0.35 },
  { x: 860, y: 800, a: 150, b: 190, turn: 0.3 },
  { x: 165, y: 800, a: 150, b: 195, turn: 0.2 },
  { x: 985, y: 455, a: 120, b: 75, turn: -0.6 },
  { x: 500, y: 380, a: 60, b: 34, turn: 0.6 },
  { x: 395, y: 960, a: 70, b: 40, turn: -0.3 },
];

/** Lumens of ducts: white areas inside the tumor. */
const LUMENS: readonly Ellipse[] = [
  { x: 255, y: 245, a: 62, b: 34, turn: 0.7 },
  { x: 640, y: 690, a: 84, b: 48, turn: 0.2 },
  { x: 455, y: 610, a: 30, b: 20, turn: 0.9 },
];

/** The mitoses to draw. */
const DIVIDING: readonly DrawCell[] = [
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
/** Number of dying cells to draw, which look like mitoses. */
const DYING = 5;

/** Returns a function of the depth of a point inside some ellipses, in pixels; negative outside. */
function depthIn(ellipses: readonly Ellipse[]): (x: number, y: number) => number {
  const shapes = ellipses.map(({ x, y, a, b, turn }) => ellipse(x, y, a, b, turn));
  return (x, y) => Math.max(...shapes.map((shape) => shape(x, y)));
}

type Coordinates = readonly [x: number, y: number];

/**
 * Chooses random points where `fits` is true.
 *
 * @param tries Number of random points that are tried.
 * @param minDistance Minimum distance from each other and from the points in `taken`, in pixels.
 * @param max Maximum number of points to return.
 */
function scatter(
  random: () => number,
  { tries, minDistance, max = Infinity }: { tries: number; minDistance: number; max?: number },
  fits: (x: number, y: number) => boolean,
  taken: readonly Coordinates[] = [],
): Coordinates[] {
  const points: Coordinates[] = [];
  for (let i = 0; i < tries && points.length < max; i++) {
    const [x, y] = [random() * SIDE, random() * SIDE];
    const isClose = ([u, v]: Coordinates) => Math.hypot(u - x, v - y) < minDistance;
    if (fits(x, y) && !taken.some(isClose) && !points.some(isClose)) points.push([x, y]);
  }
  return points;
}

if (import.meta.main) {
  const random = seededRandom(1890);
  const field = createTissue(SIDE);
  const fiberDirection = drawStroma(field, random, 0.45);

  const [rim, ragged] = [noise(random, 55), noise(random, 12)];
  const [nests, lumens] = [depthIn(LOBES), depthIn(LUMENS)];
  const inNest = (x: number, y: number) => nests(x, y) + 20 * rim(x, y) + 3 * ragged(x, y);
  const inLumen = (x: number, y: number) => lumens(x, y) + 9 * rim(y, x) + 3 * ragged(y, x);
  const inTumor = (x: number, y: number) => Math.min(inNest(x, y), -inLumen(x, y));

  const borderDistance = (x: number, y: number) => Math.min(x, y, SIDE - x, SIDE - y);
  const centers = scatter(
    random,
    { tries: 3000, minDistance: 92, max: DIVIDING.length + DYING },
    (x, y) => inTumor(x, y) > 30 && borderDistance(x, y) > 60,
  );
  const dividing = centers.slice(0, DIVIDING.length);
  const dying = centers.slice(DIVIDING.length);
  const packed = scatter(
    random,
    { tries: 14000, minDistance: 37 },
    (x, y) => inTumor(x, y) > 13,
    centers.map(([x, y]): Coordinates => [x, y]),
  ).filter(([x, y]) => dividing.every(([u, v]) => Math.hypot(u - x, v - y) > 46));

  forEachPixel(field, (x, y, at) => {
    const gap = softEdge(inNest(x, y) + 5 + 3 * ragged(x, y), 1.2);
    blendStains(field, at, 0.75 * gap, { hematoxylin: 0.01, eosin: 0.03 });
    const hollow = softEdge(inLumen(x, y), 1.2);
    blendStains(field, at, hollow, { hematoxylin: 0, eosin: 0.01 });
  });
  const bodies = [
    ...packed.map(([x, y]) => ({ x, y, extra: 0 })),
    ...dividing.map(([x, y]) => ({ x, y, extra: 8 })),
    ...dying.map(([x, y]) => ({ x, y, extra: 0 })),
  ];
  drawEpithelium(field, random, bodies, (x, y) => softEdge(inTumor(x, y), 1));

  const pose = ([x, y]: Coordinates) => ({ x, y, turn: Math.PI * random() });
  packed.forEach((point) => interphase(field, random, pose(point)));
  const inStroma = scatter(random, { tries: 900, minDistance: 46 }, (x, y) => inNest(x, y) < -16);
  inStroma.forEach(([x, y]) => fibroblast(field, random, { x, y, turn: fiberDirection(x, y) }));
  const infiltrate = noise(random, 120);
  scatter(
    random,
    { tries: 1500, minDistance: 24 },
    (x, y) => inNest(x, y) < -18 && infiltrate(x, y) > 0.28 && borderDistance(x, y) > 32,
    inStroma,
  ).forEach((point) => lymphocyte(field, random, pose(point)));
  dividing.forEach((point, i) => DIVIDING[i]?.(field, random, pose(point)));
  dying.forEach((point) => pyknoticCell(field, random, pose(point)));

  const data = renderImage(field, random, { blur: 0.7, grain: 1, shade: 0.08 });
  const file = new URL("field.png", import.meta.url);
  const rgb = { colorType: 2, inputHasAlpha: false } as const;
  const png = new PNG({ width: SIDE, height: SIDE, ...rgb });
  png.data = Buffer.from(data.map((value) => value & ~1));
  await Deno.writeFile(file, PNG.sync.write(png, { ...rgb, deflateLevel: 9 }));
  console.log("model/samples/field.png");
  dividing.forEach(([x, y]) => console.log(`  mitosis at ${Math.round(x)}, ${Math.round(y)}`));
  dying.forEach(([x, y]) => console.log(`  look-alike at ${Math.round(x)}, ${Math.round(y)}`));
}
