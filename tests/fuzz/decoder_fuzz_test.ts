import { equal, ok } from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Problem } from "../../src/errors.ts";
import { decodeField } from "../../src/image/decode_field.ts";
import { grayJpeg, progressiveJpeg } from "../jpeg_writer.ts";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { randomFrom } from "../random.ts";
import { mutate, type Random } from "./mutate.ts";
import { mutateJpeg } from "./mutate_jpeg.ts";
import { mutateTiff } from "./mutate_tiff.ts";
import { readSeeds } from "./seeds.ts";
import { COLOR_JPEGS, tiffSeeds } from "./tiff_seeds.ts";

/** Number of files of each format. CI changes 5,000 in some seconds; 200,000 take minutes. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 5000);

/** What MAX_MEGAPIXELS=25 allows. */
const MAX_PIXELS = 25e6;

const MAX_DECODE_MS = 3000;

/**
 * Memory after the last file may be 10 % more than after the first ones. 50 MB are added for the memory of
 * the ZSTD decoder, which grows to that of the largest strip, and for the allocator of the C library.
 */
const [MAX_GROWTH, GROWTH_BYTES] = [1.1, 50e6] as const;

/** Files after which memory is taken for settled. */
const SETTLED = Math.min(10_000, Math.floor(COUNT / 2));

interface Format {
  readonly seeds: () => Promise<Uint8Array[]>;
  readonly mutate: (original: Uint8Array, random: Random) => Uint8Array;
}

async function pngSeeds(): Promise<Uint8Array[]> {
  const rows = Array.from({ length: 9 }, (_, y) => Array.from({ length: 24 }, (_, x) => x * y));
  // Of 9 x 9 pixels of one bit, the first six passes have 15 rows of one byte, the last four of two.
  const adam7 = [...Array(15).fill([0xa5]), ...Array(4).fill([0xa5, 0x80])];
  const palette = new Uint8Array(48).map((_, i) => i * 5);
  return [
    (await readSeeds()).png,
    pngOf(ihdr(12, 9, 16, 0, 0), ["tRNS", [0, 7]], idat(rows), iend),
    pngOf(ihdr(6, 9, 8, 6, 0), ["tRNS", [0, 7]], idat(rows), iend),
    pngOf(ihdr(48, 9, 4, 3), ["PLTE", palette], ["tRNS", [9, 200]], idat(rows), iend),
    pngOf(ihdr(9, 9, 1, 0, 1), idat(adam7), iend),
  ];
}

async function jpegSeeds(): Promise<Uint8Array[]> {
  const grays = Array.from({ length: 12 }, (_, i) => 70 + i * 13 % 90);
  return [
    (await readSeeds()).jpeg,
    grayJpeg(...grays),
    progressiveJpeg(...grays),
    ...COLOR_JPEGS,
  ];
}

const FORMATS: Readonly<Record<string, Format>> = {
  PNG: { seeds: pngSeeds, mutate },
  JPEG: { seeds: jpegSeeds, mutate: mutateJpeg },
  TIFF: { seeds: tiffSeeds, mutate: mutateTiff },
};

for (const [name, format] of Object.entries(FORMATS)) {
  Deno.test(`${COUNT} mutated ${name}s are decoded or refused with a Problem, and memory stays flat`, async () => {
    const seeds = await format.seeds();
    for (const seed of seeds) equal(await outcomeOf(seed), "decoded");
    const random = randomFrom(20_181_123);
    const outcomes: Record<string, number> = {};
    let slowest = 0;
    let settled = 0;
    for (let i = 1; i <= COUNT; i++) {
      const mutant = format.mutate(seeds[random(seeds.length)] ?? new Uint8Array(1), random);
      const start = performance.now();
      const outcome = await outcomeOf(mutant);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      slowest = Math.max(slowest, performance.now() - start);
      // V8 frees the memory behind zlib's streams only when the event loop turns.
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
      if (i === SETTLED) settled = await heldMemory();
    }
    const last = await heldMemory();
    console.log(
      `${name}: ${JSON.stringify(outcomes)}, slowest ${slowest.toFixed(0)} ms, memory ` +
        `${megabytes(settled)} after ${SETTLED} files, ${megabytes(last)} after ${COUNT}`,
    );
    ok((outcomes.decoded ?? 0) > COUNT / 200, "too few files were decoded");
    ok(slowest < MAX_DECODE_MS, `a file took ${slowest} ms`);
    ok(
      last < settled * MAX_GROWTH + GROWTH_BYTES,
      `memory grew from ${megabytes(settled)} to ${megabytes(last)}`,
    );
  });
}

/** Decodes a file; "decoded", or the code of the refusal. Any other error is thrown on. */
async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    const { width, height, data } = await decodeField(bytes, MAX_PIXELS);
    ok(width * height <= MAX_PIXELS && data.length === 3 * width * height);
    return "decoded";
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
}

/** Returns the resident memory after garbage collection, in bytes: what is still held. */
async function heldMemory(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Deno.memoryUsage().rss;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
