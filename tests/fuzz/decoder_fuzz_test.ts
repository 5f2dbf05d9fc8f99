import { ok } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { decodeJpeg } from "../../src/image/jpeg/decode.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { grayJpeg, progressiveJpeg } from "../jpeg_writer.ts";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { randomFrom } from "../random.ts";
import { mutate } from "./mutate.ts";
import { readSeeds } from "./seeds.ts";

/** Number of files of each format. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 20_000);

/** The largest image that may come out. The files are too short for more pixels. */
const MAX_PIXELS = 1e6;

const MAX_DECODE_MS = 3000;
const MAX_MEMORY_GROWTH_BYTES = 300e6;

async function pngSeeds(): Promise<Uint8Array[]> {
  const rows = Array.from({ length: 9 }, (_, y) => Array.from({ length: 24 }, (_, x) => x * y));
  const palette = new Uint8Array(48).map((_, i) => i * 5);
  return [
    (await readSeeds()).png,
    pngOf(ihdr(12, 9, 16, 0, 0), ["tRNS", [0, 7]], idat(rows), iend),
    pngOf(ihdr(6, 9, 8, 6, 0), ["tRNS", [0, 7]], idat(rows), iend),
    pngOf(ihdr(48, 9, 4, 3), ["PLTE", palette], ["tRNS", [9, 200]], idat(rows), iend),
    pngOf(ihdr(9, 9, 1, 0, 1), idat(Array.from({ length: 22 }, () => [0xa5])), iend),
  ];
}

async function jpegSeeds(): Promise<Uint8Array[]> {
  const grays = Array.from({ length: 12 }, (_, i) => 70 + i * 13 % 90);
  return [(await readSeeds()).jpeg, grayJpeg(...grays), progressiveJpeg(...grays)];
}

const formats: Record<string, [() => Promise<Uint8Array[]>, typeof decodeJpeg | typeof decodePng]> =
  { PNG: [pngSeeds, decodePng], JPEG: [jpegSeeds, decodeJpeg] };

for (const [format, [originals, decode]] of Object.entries(formats)) {
  Deno.test(`${COUNT} mutated ${format}s are decoded or refused with a Problem`, async () => {
    const files = await originals();
    const random = randomFrom(20_181_123);
    const outcomes: Record<string, number> = {};
    let slowest = 0;
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < COUNT; i++) {
      const mutant = mutate(files[random(files.length)] ?? new Uint8Array(1), random);
      const start = performance.now();
      const outcome = await outcomeOf(mutant, decode);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      slowest = Math.max(slowest, performance.now() - start);
      if (i % 100 === 0) {
        ok(Deno.memoryUsage().rss - before < MAX_MEMORY_GROWTH_BYTES, `after ${i}`);
      }
    }
    console.log(`${format}: ${JSON.stringify(outcomes)}, slowest ${slowest.toFixed(0)} ms`);
    ok((outcomes.decoded ?? 0) > COUNT / 1000, "too few files were decoded");
    ok(slowest < MAX_DECODE_MS, `a file took ${slowest} ms`);
  });
}

async function outcomeOf(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => RgbImage | Promise<RgbImage>,
): Promise<string> {
  try {
    const { width, height, data } = await decode(bytes);
    ok(width * height <= MAX_PIXELS && data.length === 3 * width * height);
    return "decoded";
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
}
