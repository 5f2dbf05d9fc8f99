import { deepEqual, ok } from "node:assert/strict";
import { crc32 } from "node:zlib";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { randomFrom } from "../random.ts";
import { formWith, post, sample, startService } from "../service.ts";

/** How many; the whole of it takes about half a minute. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 20_000);

/** A request that takes longer hangs. */
const LONGEST_MS = 5_000;

type Random = (below: number) => number;

/** A 64 x 64 picture of every colour type and some depths, besides a sample. */
async function seeds(): Promise<Uint8Array[]> {
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

/** Changes a file as transfers, bugs and attackers do; every other time the checksums still match. */
function mutate(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length);
    const length = 1 + random(40);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        bytes = bytes.slice(0, Math.max(1, at));
        break;
      case 3:
        bytes = new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + length)]);
        break;
      case 4:
        bytes = new Uint8Array([
          ...bytes.slice(0, at),
          ...bytes.slice(at, at + length),
          ...bytes.slice(at),
        ]);
        break;
      default:
        bytes[at % 40] = [0, 1, 0x7f, 0x80, 0xff][random(5)] ?? 0;
    }
    if (bytes.length === 0) return new Uint8Array([1]);
  }
  if (random(2) === 0) mendChecksums(bytes);
  return bytes;
}

/** Makes the checksums of all whole chunks right again, so that the damage gets further in. */
function mendChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) return;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
}

Deno.test(`${COUNT} mutated PNGs give an answer or a 4xx, in time, and memory stays flat`, async () => {
  await using service = await startService();
  const random = randomFrom(20_181_123);
  const originals = await seeds();
  const statuses: Record<number, number> = {};
  let slowest = 0;
  let early = 0;
  for (let i = 0; i < COUNT; i++) {
    const mutant = mutate(originals[random(originals.length)] ?? new Uint8Array(1), random);
    const start = performance.now();
    const response = await service.request("/model/predict", post(formWith(mutant)));
    await response.arrayBuffer();
    slowest = Math.max(slowest, performance.now() - start);
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    if (i === Math.floor(COUNT / 10)) early = Deno.memoryUsage().rss;
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const late = Deno.memoryUsage().rss;
  console.log(
    `statuses ${JSON.stringify(statuses)}, slowest ${slowest.toFixed(0)} ms, ` +
      `memory ${megabytes(early)} MB after a tenth, ${megabytes(late)} MB at the end`,
  );
  deepEqual(Object.keys(statuses), ["200", "400"]);
  deepEqual(service.reported, []);
  ok(slowest < LONGEST_MS, `a request took ${slowest} ms`);
  ok(late < early * 1.25, `memory grew from ${megabytes(early)} to ${megabytes(late)} MB`);
});
