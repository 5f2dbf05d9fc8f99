/** Draws cells, by the names that pathologists use, at 0.25 um per pixel. */
import {
  blendStains,
  ellipse,
  forEachPixelNear,
  noise,
  type Shape,
  softEdge,
  type Stains,
  type Tissue,
} from "./tissue.ts";

/** The center of a cell in pixels, and its rotation in radians. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
}

/** Draws a cell's nucleus, and its body where it differs from that of other cells. */
export type DrawCell = (tissue: Tissue, random: () => number, pose: Pose) => void;

/** Maximum distance of a cell's pixels from its center, in pixels. */
const REACH = 40;

/** Draws a tumor cell in interphase: a large nucleus with clumps of chromatin and a nucleolus. */
export const interphase: DrawCell = (tissue, random, pose) => {
  const [a, b] = [13 + 5 * random(), 10.5 + 3 * random()];
  drawVesicularNucleus(tissue, random, pose, [a, b], {
    hematoxylin: 0.85 + 0.35 * random(),
    eosin: 0.09,
  });
};

/** Draws a fibroblast of the stroma: a spindle-shaped, pale nucleus. */
export const fibroblast: DrawCell = (tissue, random, pose) => {
  const [a, b] = [18 + 6 * random(), 4.5 + 2 * random()];
  drawVesicularNucleus(tissue, random, pose, [a, b], {
    hematoxylin: 0.4 + 0.22 * random(),
    eosin: 0.17,
  });
};

/** Draws a vesicular nucleus: an ellipse with a membrane, mottled pale chromatin and a nucleolus. */
function drawVesicularNucleus(
  tissue: Tissue,
  random: () => number,
  { x, y, turn }: Pose,
  [a, b]: readonly [number, number],
  { hematoxylin, eosin }: Stains,
): void {
  const [wobble, fine, coarse] = [noise(random, 11), noise(random, 2.6), noise(random, 6)];
  const outline = ellipse(x, y, a, b, turn);
  const along = (random() - 0.5) * a * 0.7;
  const [nx, ny] = [x + Math.cos(turn) * along, y + Math.sin(turn) * along];
  const nucleolus = ellipse(nx, ny, 2.2 + random(), 2 + random(), 0);
  const unevenness = b / 9;
  forEachPixelNear(tissue, [x, y], REACH, (px, py, at) => {
    const depth = outline(px, py) + unevenness * wobble(px, py);
    const membrane = Math.exp(-((depth - 1) ** 2) / 1.6);
    const clumps = softEdge(fine(px, py) + 0.6 * coarse(px, py) - 0.25, 0.12);
    const chromatin = 0.36 + 0.16 * clumps + 0.05 * coarse(px, py) + 0.26 * membrane +
      0.34 * softEdge(nucleolus(px, py), 0.5);
    blendStains(tissue, at, softEdge(depth, 0.45), { hematoxylin: hematoxylin * chromatin, eosin });
  });
}

/**
 * Draws a lymphocyte: a small, round, evenly dark nucleus with coarse clumps and little cytoplasm.
 */
export const lymphocyte: DrawCell = (tissue, random, { x, y, turn }) => {
  const outline = ellipse(x, y, 8.5 + 1.5 * random(), 8 + random(), turn);
  const [wobble, clumps] = [noise(random, 8), noise(random, 4)];
  forEachPixelNear(tissue, [x, y], REACH, (px, py, at) => {
    const hematoxylin = 0.58 + 0.2 * clumps(px, py);
    blendStains(tissue, at, softEdge(outline(px, py) + 0.6 * wobble(px, py), 0.5), {
      hematoxylin,
      eosin: 0.1,
    });
  });
};

/** Draws a dying (pyknotic) cell: shrunken and pink, with a smooth, round, dark nucleus. */
export const pyknoticCell: DrawCell = (tissue, random, { x, y, turn }) => {
  const gap = ellipse(x, y, 19, 17, turn);
  const body = ellipse(x + 1, y, 15, 13, turn);
  const outline = ellipse(x, y, 7 + random(), 6 + random(), turn);
  const [wobble, grain] = [noise(random, 9), noise(random, 4)];
  forEachPixelNear(tissue, [x, y], REACH, (px, py, at) => {
    const uneven = 1.2 * wobble(px, py);
    blendStains(tissue, at, softEdge(gap(px, py) + uneven, 0.9), {
      hematoxylin: 0.02,
      eosin: 0.05,
    });
    const pink = 0.4 + 0.05 * grain(px, py);
    blendStains(tissue, at, softEdge(body(px, py) + uneven, 0.7), {
      hematoxylin: 0.12,
      eosin: pink,
    });
    blendStains(tissue, at, softEdge(outline(px, py), 0.6), { hematoxylin: 0.8, eosin: 0.4 });
  });
};

/** Draws a metaphase: a plate of chromosomes, seen from the side. */
export const metaphase: DrawCell = (tissue, random, { x, y, turn }) => {
  drawDividingBody(tissue, random, [x, y]);
  const bend = (random() - 0.5) * 0.016;
  const plate = bar(x, y, turn, 15 + 3 * random(), 4.2 + 0.8 * random(), bend);
  drawChromosomes(tissue, random, [x, y], plate);
};

/** Draws an anaphase: two plates of chromosomes that have moved apart. */
export const anaphase: DrawCell = (tissue, random, { x, y, turn }) => {
  drawDividingBody(tissue, random, [x, y]);
  const half = 8.5 + 2 * random();
  const [dx, dy] = [-Math.sin(turn) * half, Math.cos(turn) * half];
  const length = 11.5 + 2 * random();
  const upper = bar(x - dx, y - dy, turn, length, 4, 0.012);
  const lower = bar(x + dx, y + dy, turn, length, 4, -0.012);
  drawChromosomes(tissue, random, [x, y], (px, py) => Math.max(upper(px, py), lower(px, py)));
};

/** Draws a prometaphase: a clump of condensed chromosomes with knobs and gaps. */
export const prometaphase: DrawCell = (tissue, random, { x, y, turn }) => {
  drawDividingBody(tissue, random, [x, y]);
  const clump = ellipse(x, y, 14.5 + 2 * random(), 12 + 2 * random(), turn);
  const [knobs, gaps] = [noise(random, 6), noise(random, 4)];
  drawChromosomes(tissue, random, [x, y], (px, py) => {
    const gap = 14 * Math.max(0, gaps(px, py) - 0.3);
    return Math.min(clump(px, py), 7) + 4.5 * knobs(px, py) - gap;
  });
};

/** Creates a bar with round ends, bent along its length by `bend * u * u` at the distance `u`. */
function bar(
  cx: number,
  cy: number,
  turn: number,
  halfLength: number,
  halfThickness: number,
  bend: number,
) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const shape: Shape = (x, y) => {
    const u = (x - cx) * cos + (y - cy) * sin;
    const v = -(x - cx) * sin + (y - cy) * cos + bend * u * u;
    return halfThickness - Math.hypot(Math.max(0, Math.abs(u) - (halfLength - halfThickness)), v);
  };
  return shape;
}

/** Draws the body of a dividing cell: round, clear, slightly granular, without a nucleus. */
function drawDividingBody(tissue: Tissue, random: () => number, [x, y]: [number, number]): void {
  const body = ellipse(x, y, 26, 24, Math.PI * random());
  const [wobble, coarse, fine] = [noise(random, 16), noise(random, 5), noise(random, 2.2)];
  forEachPixelNear(tissue, [x, y], REACH, (px, py, at) => {
    const depth = body(px, py) + 2 * wobble(px, py);
    blendStains(tissue, at, softEdge(depth, 1), {
      hematoxylin: 0.09 + 0.045 * coarse(px, py) + 0.045 * fine(px, py),
      eosin: 0.21 + 0.045 * coarse(px, py) + 0.045 * fine(px, py),
    });
    const membrane = Math.exp(-(depth ** 2) / 1.8);
    blendStains(tissue, at, 0.55 * membrane, { hematoxylin: 0.12, eosin: 0.24 });
  });
}

/** Draws condensed chromosomes: very dark, without a membrane, with a ragged edge. */
function drawChromosomes(
  tissue: Tissue,
  random: () => number,
  center: [number, number],
  shape: Shape,
): void {
  const [ragged, fringe, grain] = [noise(random, 4.5), noise(random, 2), noise(random, 3)];
  forEachPixelNear(tissue, center, REACH, (x, y, at) => {
    const depth = shape(x, y) + 2.3 * ragged(x, y) + 1.3 * fringe(x, y);
    const hematoxylin = 1.06 + 0.16 * grain(x, y);
    blendStains(tissue, at, softEdge(depth, 0.45), { hematoxylin, eosin: 0.1 });
  });
}
