import { deepEqual, ok } from "node:assert/strict";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { mutate } from "./mutate.ts";
import { randomFrom } from "../random.ts";
import { formWith, post, sample, startService } from "../service.ts";

/** Number of files. 20,000 take about half a minute on an idle machine. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 20_000);

/** A request without an answer after this many milliseconds counts as hung. */
const MAX_ANSWER_MS = 5_000;

/** Returns 64 x 64 PNGs of every color type and some bit depths, and a sample. */
async function createSeeds(): Promise<Uint8Array[]> {
  const kinds = [[8, 0, 1], [16, 0, 2], [1, 0, 1 / 8], [8, 4, 2], [8, 6, 4], [16, 2, 6]] as const;
  const plain = kinds.map(([depth, type, bytesPerPixel]) => {
    const row = Uint8Array.from({ length: 64 * bytesPerPixel }, (_, i) => i * 7);
    return pngOf(ihdr(64, 64, depth, type), idat(Array.from({ length: 64 }, () => row)), iend);
  });
  const indices = new Uint8Array(32).fill(0x10);
  const palette = pngOf(
    ihdr(64, 64, 4, 3),
    ["PLTE", [250, 240, 250, 60, 20, 90]],
    ["tRNS", [128]],
    idat(Array.from({ length: 64 }, () => indices)),
    iend,
  );
  return [...plain, palette, await sample("metaphase")];
}

Deno.test(`${COUNT} mutated PNGs are answered with 200 or 400, none hangs, and memory does not grow`, async () => {
  await using service = await startService();
  const random = randomFrom(20_181_123);
  const originals = await createSeeds();
  const statuses: Record<number, number> = {};
  let slowest = 0;
  let memoryAfterTenth = 0;
  for (let i = 0; i < COUNT; i++) {
    const mutant = mutate(originals[random(originals.length)] ?? new Uint8Array(1), random);
    const start = performance.now();
    const response = await service.request("/model/predict", post(formWith(mutant)));
    await response.arrayBuffer();
    slowest = Math.max(slowest, performance.now() - start);
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    if (i === Math.floor(COUNT / 10)) memoryAfterTenth = Deno.memoryUsage().rss;
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const memoryAtEnd = Deno.memoryUsage().rss;
  console.log(
    `statuses ${JSON.stringify(statuses)}, slowest ${slowest.toFixed(0)} ms, ` +
      `memory ${megabytes(memoryAfterTenth)} MB after a tenth, ${
        megabytes(memoryAtEnd)
      } MB at the end`,
  );
  deepEqual(Object.keys(statuses), ["200", "400"]);
  deepEqual(service.reported, []);
  ok(slowest < MAX_ANSWER_MS, `a request took ${slowest} ms`);
  ok(
    memoryAtEnd < memoryAfterTenth * 1.25,
    `memory grew from ${megabytes(memoryAfterTenth)} to ${megabytes(memoryAtEnd)} MB`,
  );
});
