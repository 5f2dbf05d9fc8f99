/**
 * `deno task samples`: draws the sample patches of this folder. They are drawings, not photographs.
 * Each shows cells and tissue in two stains, whose colors follow the Beer-Lambert law. The samples
 * are used in the documentation and in the model's self-test.
 *
 * @module
 */
import { encode } from "fast-png";
import { anaphase, type DrawCell, fibroblast, interphase, metaphase } from "./cells.ts";
import { type Body, drawEpithelium, drawStroma } from "./background.ts";
import { seededRandom } from "../../src/random.ts";
import { createTissue, renderImage, type Tissue } from "./tissue.ts";

/** Side of a patch, in pixels. */
const SIZE = 64;

/**
 * Draws tumor tissue with a cell at the center of the patch and other cells at the borders.
 *
 * @param turn Rotation of the central cell, in radians.
 * @param extra How much larger the central cell's body is than the others, in pixels.
 */
function drawTumor(
  tissue: Tissue,
  random: () => number,
  drawCell: DrawCell,
  turn: number,
  extra: number,
) {
  const center = { x: 32, y: 32, extra, turn };
  const neighbors = Array.from({ length: 6 }, (_, i) => {
    const angle = (i + 0.6 * random()) * Math.PI / 3;
    const distance = 44 + extra / 2 + 6 * random();
    const [x, y] = [32 + Math.cos(angle) * distance, 32 + Math.sin(angle) * distance];
    return { x, y, extra: 0, turn: Math.PI * random() };
  });
  const bodies: Body[] = [center, ...neighbors];
  drawEpithelium(tissue, random, bodies, () => 1);
  neighbors.forEach((pose) => interphase(tissue, random, pose));
  drawCell(tissue, random, center);
}

/** Draws the contents of each sample. */
const SAMPLES: Record<string, (tissue: Tissue, random: () => number) => void> = {
  metaphase: (tissue, random) => drawTumor(tissue, random, metaphase, 1.1, 8),
  anaphase: (tissue, random) => drawTumor(tissue, random, anaphase, -0.75, 8),
  interphase: (tissue, random) => drawTumor(tissue, random, interphase, 0.4, 0),
  stroma(tissue, random) {
    const fiberDirection = drawStroma(tissue, random, 0.5);
    fibroblast(tissue, random, { x: 12, y: 50, turn: fiberDirection(12, 50) });
  },
};

if (import.meta.main) {
  let seed = 2018;
  for (const [name, draw] of Object.entries(SAMPLES)) {
    const random = seededRandom(seed++);
    const tissue = createTissue(SIZE);
    draw(tissue, random);
    const data = renderImage(tissue, random);
    const file = new URL(`${name}.png`, import.meta.url);
    await Deno.writeFile(file, encode({ width: SIZE, height: SIZE, channels: 3, data }));
    console.log(`model/samples/${name}.png`);
  }
}
