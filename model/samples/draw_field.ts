/**
 * Draws `field.png`, a whole field of view: ducts and stroma, resting nuclei, mitoses, and the dark
 * nuclei that are mistaken for them. A drawing, no photograph; of the same hand as `draw.ts`.
 */
import { Buffer } from "node:buffer";
import { PNG } from "pngjs";
import {
  chromosomes,
  cytoplasm,
  ellipse,
  everywhere,
  noise,
  nucleus,
  photograph,
  randomFrom,
  soft,
  stroma,
  type Tissue,
} from "./draw.ts";

const SIDE = 1024;

/** Side of the square in which one cell is drawn. */
const CELL = 72;

/** Draws one cell in the middle of a square. */
type Cell = (tissue: Tissue, random: () => number) => void;

const MIDDLE = CELL / 2;

const resting: Cell = (tissue, random) => {
  const [a, b] = [10 + 4 * random(), 8 + 3 * random()];
  nucleus(tissue, random, ellipse(MIDDLE, MIDDLE, a, b, 180 * random()), 0.7 + 0.3 * random());
};

const fibroblast: Cell = (tissue, random) => {
  nucleus(tissue, random, ellipse(MIDDLE, MIDDLE, 17, 6, 35 + 30 * random()), 0.3);
};

const lymphocyte: Cell = (tissue, random) => {
  nucleus(tissue, random, ellipse(MIDDLE, MIDDLE, 9.5, 9.5, 0), 0.45);
};

/** A shrunken dark nucleus in very pink cytoplasm: round, smooth, no mitosis. */
const pyknotic: Cell = (tissue, random) => {
  cytoplasm(tissue, ellipse(MIDDLE, MIDDLE, 13, 12, 0), 0.62);
  nucleus(tissue, random, ellipse(MIDDLE, MIDDLE, 6, 5.5, 0), 2.4);
};

const metaphase: Cell = (tissue, random) => {
  const turn = 180 * random();
  cytoplasm(tissue, ellipse(MIDDLE, MIDDLE, 21, 19, turn), 0.22);
  chromosomes(tissue, random, ellipse(MIDDLE, MIDDLE, 13, 5, turn));
};

const anaphase: Cell = (tissue, random) => {
  const turn = 180 * random();
  const [dx, dy] = [-Math.sin(turn * Math.PI / 180) * 7.5, Math.cos(turn * Math.PI / 180) * 7.5];
  cytoplasm(tissue, ellipse(MIDDLE, MIDDLE, 21, 22, turn), 0.22);
  chromosomes(tissue, random, ellipse(MIDDLE - dx, MIDDLE - dy, 11, 4, turn));
  chromosomes(tissue, random, ellipse(MIDDLE + dx, MIDDLE + dy, 11, 4, turn));
};

const prometaphase: Cell = (tissue, random) => {
  cytoplasm(tissue, ellipse(MIDDLE, MIDDLE, 20, 20, 0), 0.24);
  chromosomes(tissue, random, ellipse(MIDDLE, MIDDLE, 10, 9, 180 * random()));
};

/** Draws a cell at a place of the field. */
function put(field: Tissue, x: number, y: number, cell: Cell, random: () => number): void {
  const [left, top] = [Math.round(x - MIDDLE), Math.round(y - MIDDLE)];
  const at = (column: number, row: number) => (top + row) * field.side + left + column;
  const inside = (column: number, row: number) =>
    left + column >= 0 && left + column < field.side && top + row >= 0 && top + row < field.side;
  const square: Tissue = {
    side: CELL,
    haematoxylin: new Float64Array(CELL * CELL),
    eosin: new Float64Array(CELL * CELL),
  };
  everywhere(square, (column, row, to) => {
    if (!inside(column, row)) return;
    square.haematoxylin[to] = field.haematoxylin[at(column, row)] ?? 0;
    square.eosin[to] = field.eosin[at(column, row)] ?? 0;
  });
  cell(square, random);
  everywhere(square, (column, row, from) => {
    if (!inside(column, row)) return;
    field.haematoxylin[at(column, row)] = square.haematoxylin[from] ?? 0;
    field.eosin[at(column, row)] = square.eosin[from] ?? 0;
  });
}

/** A tumour nest: evenly pink where cells lie, white in its middle. */
interface Nest {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly lumen: number;
}

const NESTS: readonly Nest[] = [
  { x: 250, y: 270, radius: 205, lumen: 46 },
  { x: 735, y: 230, radius: 165, lumen: 0 },
  { x: 640, y: 700, radius: 255, lumen: 62 },
  { x: 180, y: 760, radius: 150, lumen: 0 },
  { x: 960, y: 520, radius: 110, lumen: 0 },
];

function drawNests(field: Tissue, random: () => number): void {
  const wavy = noise(random, 60, SIDE);
  everywhere(field, (x, y, at) => {
    for (const { x: cx, y: cy, radius, lumen } of NESTS) {
      const distance = Math.hypot(x - cx, y - cy) + 22 * wavy(x, y);
      const body = soft(radius - distance, 3);
      field.eosin[at] = (field.eosin[at] ?? 0) * (1 - 0.6 * body) + 0.16 * body;
      field.haematoxylin[at] = (field.haematoxylin[at] ?? 0) + 0.05 * body;
      const glass = lumen > 0 ? soft(lumen - distance, 2) : 0;
      field.eosin[at] = (field.eosin[at] ?? 0) * (1 - 0.93 * glass);
      field.haematoxylin[at] = (field.haematoxylin[at] ?? 0) * (1 - 0.9 * glass);
    }
  });
}

/** Places at least `apart` from each other, chosen at random where `fits` says so. */
function scatter(
  random: () => number,
  tries: number,
  apart: number,
  fits: (x: number, y: number) => boolean,
  taken: [number, number][],
): [number, number][] {
  const places: [number, number][] = [];
  for (let i = 0; i < tries; i++) {
    const [x, y] = [20 + random() * (SIDE - 40), 20 + random() * (SIDE - 40)];
    if (!fits(x, y) || taken.some(([u, v]) => Math.hypot(u - x, v - y) < apart)) continue;
    places.push([x, y]);
    taken.push([x, y]);
  }
  return places;
}

/** How deep inside a nest a place is, in pixels; negative outside. */
function depthInNest(x: number, y: number): number {
  return Math.max(...NESTS.map((nest) => nest.radius - Math.hypot(x - nest.x, y - nest.y)));
}

/** Whether a place is in the white middle of a nest, or at its rim. */
function inLumen(x: number, y: number): boolean {
  return NESTS.some((nest) =>
    nest.lumen > 0 && Math.hypot(x - nest.x, y - nest.y) < nest.lumen + 32
  );
}

if (import.meta.main) {
  const random = randomFrom(1890);
  const field = stroma(random, SIDE);
  drawNests(field, random);
  const taken: [number, number][] = [];
  const deep = scatter(random, 400, 60, (x, y) => depthInNest(x, y) > 28 && !inLumen(x, y), taken)
    .slice(0, 13);
  taken.splice(0, taken.length, ...deep);
  const dividing = [metaphase, anaphase, prometaphase, metaphase, anaphase, metaphase, metaphase];
  const inNests = scatter(
    random,
    5000,
    31,
    (x, y) => depthInNest(x, y) > 6 && !inLumen(x, y),
    taken,
  );
  const outside = scatter(random, 1500, 46, (x, y) => depthInNest(x, y) < -26, taken);
  inNests.forEach(([x, y]) => put(field, x, y, resting, random));
  outside.forEach(([x, y], i) => put(field, x, y, i % 4 === 0 ? lymphocyte : fibroblast, random));
  deep.forEach(([x, y], i) => put(field, x, y, dividing[i] ?? pyknotic, random));
  const data = photograph(field, random, 3);
  const file = new URL("field.png", import.meta.url);
  const rgb = { colorType: 2, inputHasAlpha: false } as const;
  const png = new PNG({ width: SIDE, height: SIDE, ...rgb });
  png.data = Buffer.from(data.map((value) => value & ~1));
  await Deno.writeFile(file, PNG.sync.write(png, { ...rgb, deflateLevel: 9 }));
  console.log("model/samples/field.png");
}
