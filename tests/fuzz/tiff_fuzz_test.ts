import { equal, ok } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { decodeTiff } from "../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../src/image/tiff/npm_libraries.ts";
import { randomFrom } from "../random.ts";
import { tiffSamples } from "../tiff_samples.ts";
import { tiff, tiffOf } from "../tiff_writer.ts";
import { mutate } from "./mutate.ts";

/** How many; the whole of it takes about half a minute. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 20_000);

/** A file that takes longer hangs. */
const LONGEST_MS = 5_000;

/** Small files, so that half of what is changed are tags. */
async function seeds(): Promise<Uint8Array[]> {
  const gray = { 256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 277: 1, 278: 8 };
  const plane = Uint8Array.from({ length: 64 }, (_, i) => i * 4);
  const description = "ImageJ=1.54f\nimages=3\nchannels=3\nmode=composite\nunit=um\n";
  const resolution = { type: 5, values: [4, 1] };
  return [
    ...(await tiffSamples()).values(),
    tiffOf(
      [0, 1, 2].map((i) => ({
        tags: {
          ...gray,
          ...(i === 0 ? { 270: description } : {}),
          282: resolution,
          283: resolution,
        },
        strips: [plane],
      })),
    ),
    tiffOf([
      { tags: { ...gray, 254: 1 }, strips: [plane], below: [{ tags: gray, strips: [plane] }] },
      { tags: { ...gray, 322: 4, 323: 4, 254: 1 }, strips: [plane, plane, plane, plane] },
    ], { bigEndian: true }),
    tiff({ ...gray, 258: 4, 262: 3, 320: { type: 3, values: Array(48).fill(999) } }, plane),
    tiff({ ...gray, 259: 32773 }, new Uint8Array([0xc1, 7])),
    tiff({ ...gray, 258: 32, 339: 3, 340: 0, 341: 1 }, new Uint8Array(256)),
  ];
}

Deno.test(`${COUNT} mutated TIFFs give a picture or a problem, in time, and memory stays flat`, async () => {
  const random = randomFrom(20_181_124);
  const originals = await seeds();
  const answers: Record<string, number> = {};
  let slowest = 0;
  let early = 0;
  for (let i = 0; i < COUNT; i++) {
    const mutant = mutate(originals[random(originals.length)] ?? new Uint8Array(1), random);
    const start = performance.now();
    let answer = "read";
    try {
      const { width, height, data } = await decodeTiff(mutant, 10e6, npmLibraries);
      equal(data.length, width * height * 3);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      answer = thrown.code;
    }
    slowest = Math.max(slowest, performance.now() - start);
    answers[answer] = (answers[answer] ?? 0) + 1;
    if (i === Math.floor(COUNT / 2)) early = Deno.memoryUsage().rss;
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const late = Deno.memoryUsage().rss;
  console.log(
    `answers ${JSON.stringify(answers)}, slowest ${slowest.toFixed(0)} ms, ` +
      `memory ${megabytes(early)} MB after a half, ${megabytes(late)} MB at the end`,
  );
  ok(slowest < LONGEST_MS, `a file took ${slowest} ms`);
  ok(late < early * 1.5 + 50e6, `memory grew from ${megabytes(early)} to ${megabytes(late)} MB`);
});
