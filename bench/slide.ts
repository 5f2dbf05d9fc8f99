/**
 * `deno task bench:slide SLIDE X Y SIDE [TIMES]`: searches a square of a slide, and the same pixels as a field
 * in memory, in turn. Prints the CPU seconds and the time of both, and the CPU seconds of reading and decoding
 * alone. X, Y and SIDE are pixels at full resolution; the square should be tissue throughout. The slide must be
 * at the model's resolution. All runs on this thread. Opening the slide and finding its tissue are not counted.
 *
 * @module
 */
import process from "node:process";
import { pictureSource } from "../src/image/pixel_source.ts";
import type { Region } from "../src/image/region.ts";
import { loadClassifier } from "../src/patch/load.ts";
import { fieldOf } from "../src/search/field.ts";
import { resolveOptions } from "../src/search/options.ts";
import { detectMitoses } from "../src/search/search.ts";
import { openSlide } from "../src/slide/slide.ts";
import { searchable } from "../src/slide_search/open_slide.ts";
import { planSearch } from "../src/slide_search/search_plan.ts";
import { searchSlide, type SlideSearch } from "../src/slide_search/search_slide.ts";

const [path = "", ...numbers] = Deno.args;
const [x, y, side, times = 3] = numbers.map(Number);
if (x === undefined || y === undefined || side === undefined) {
  console.error("The arguments are a slide, and X, Y and SIDE of a square of it in pixels.");
  Deno.exit(2);
}
const classifier = await loadClassifier({
  modelDir: "",
  inferenceWorkers: 0,
  batchSize: 8,
  workerTimeoutMs: 60_000,
  workerMemoryBytes: 2 ** 29,
});
const { bundle } = classifier;
const { manifest: { input: { width, height }, mpp } } = bundle;
const options = resolveOptions({}, bundle.manifest);
const model = { mpp, width, height };
const square: Region = { x, y, width: side, height: side };

const opened = await openSlide(path);
const pixels = await opened.readLevel(0, square);
opened.close();

/** What a search read of the slide: level and region. */
let reads: (readonly [number, Region])[] = [];

for (let time = 0; time < times; time++) {
  const search = await prepareSquare();
  const slide = await measured(() => searchSquare(search));
  search.slide.close();
  const decoding = await measured(readAgain);
  const field = await measured(async () => {
    const open = fieldOf(pictureSource(pixels, mpp), { mpp: undefined, model });
    return (await detectMitoses(classifier, open, options)).detections.length;
  });
  const share = (value: number, of: number) => (value / of).toFixed(3);
  console.log(
    `slide ${slide.text}; field ${field.text}; CPU ratio ${share(slide.cpu, field.cpu)}, ` +
      `time ratio ${share(slide.seconds, field.seconds)}; reading and decoding ${decoding.text}, ` +
      `${share(decoding.cpu, slide.cpu)} of the slide's CPU`,
  );
}
await classifier.engine.close();

/** Opens the slide and prepares the search of the tiles within the square, without those that only touch it. */
async function prepareSquare() {
  const slide = await openSlide(path);
  const open = searchable(
    {
      ...slide,
      readLevel(level, region, signal) {
        reads.push([level, region]);
        return slide.readLevel(level, region, signal);
      },
    },
    { mpp: undefined, model },
  );
  const { tissue } = await open.tissue();
  const plan = planSearch(open.facts, tissue, undefined);
  const isWithin = (tile: number) => {
    const { x: left, y: top, width, height } = open.facts.tiles[tile] ?? square;
    return left >= square.x && top >= square.y && left + width <= square.x + square.width &&
      top + height <= square.y + square.height;
  };
  const blocks = plan.blocks.map((block) => block.filter(isWithin));
  return {
    slide: open,
    bundle,
    options,
    region: undefined,
    plan: { ...plan, blocks, tiles: blocks.flat() },
  };
}

async function searchSquare(search: SlideSearch): Promise<number> {
  reads = [];
  const records = new Map();
  await searchSlide(search, classifier, {
    records,
    dropped: undefined,
    append: (record) => Promise.resolve(void records.set(record.tile, record)),
    [Symbol.dispose]: () => {},
  }, undefined);
  return records.size;
}

/** Reads what the search has read, and nothing else. */
async function readAgain(): Promise<number> {
  const slide = await openSlide(path);
  for (const [level, region] of reads) await slide.readLevel(level, region);
  slide.close();
  return reads.length;
}

async function measured(run: () => Promise<number>) {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const count = await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = (user + system) / 1e6;
  return { cpu, seconds, text: `${cpu.toFixed(2)} CPU s, ${seconds.toFixed(1)} s (${count})` };
}
