/**
 * Draws the sample patches of this folder: `deno task samples`. They are drawings, not photographs:
 * two stains laid over white by Beer and Lambert's law, with shapes that a pathologist would name.
 * They serve the documentation, the self-test, and anyone who has no slide at hand.
 */
import { encode } from "fast-png";
import { anaphase, type Cell, fibroblast, metaphase, resting } from "./cells.ts";
import { type Body, epithelium, stroma } from "./ground.ts";
import { seededRandom } from "../../src/random.ts";
import { emptySlide, photograph, type Tissue } from "./tissue.ts";

const SIZE = 64;

/** Tumor tissue around a cell in the middle of the patch, its neighbors at the borders. */
function tumor(tissue: Tissue, random: () => number, cell: Cell, turn: number, extra: number) {
  const middle = { x: 32, y: 32, extra, turn };
  const neighbors = Array.from({ length: 6 }, (_, i) => {
    const angle = (i + 0.6 * random()) * Math.PI / 3;
    const distance = 44 + extra / 2 + 6 * random();
    const [x, y] = [32 + Math.cos(angle) * distance, 32 + Math.sin(angle) * distance];
    return { x, y, extra: 0, turn: Math.PI * random() };
  });
  const bodies: Body[] = [middle, ...neighbors];
  epithelium(tissue, random, bodies, () => 1);
  neighbors.forEach((pose) => resting(tissue, random, pose));
  cell(tissue, random, middle);
}

/** What each sample shows. */
const SAMPLES: Record<string, (tissue: Tissue, random: () => number) => void> = {
  metaphase: (tissue, random) => tumor(tissue, random, metaphase, 1.1, 8),
  anaphase: (tissue, random) => tumor(tissue, random, anaphase, -0.75, 8),
  interphase: (tissue, random) => tumor(tissue, random, resting, 0.4, 0),
  stroma(tissue, random) {
    const course = stroma(tissue, random, 0.5);
    fibroblast(tissue, random, { x: 12, y: 50, turn: course(12, 50) });
  },
};

if (import.meta.main) {
  let seed = 2018;
  for (const [name, draw] of Object.entries(SAMPLES)) {
    const random = seededRandom(seed++);
    const tissue = emptySlide(SIZE);
    draw(tissue, random);
    const data = photograph(tissue, random);
    const file = new URL(`${name}.png`, import.meta.url);
    await Deno.writeFile(file, encode({ width: SIZE, height: SIZE, channels: 3, data }));
    console.log(`model/samples/${name}.png`);
  }
}
