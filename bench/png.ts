/**
 * Times four PNG decoders in turn in one process: the service's (checks, codec, conversion to RGB), its codec
 * alone (`@jsquash/png`), and two other libraries, which check less. They decode a sample patch, and a field
 * of 16 megapixels made of the sample field. `deno task bench:png`.
 */
import { Buffer } from "node:buffer";
import { decode, encode } from "fast-png";
import { PNG } from "npm:pngjs@7.0.0";
import { decodeRgba } from "../src/image/png/codec.ts";
import { decodePng } from "../src/image/png/decode.ts";
import { median } from "./statistics.ts";
import { timeInterleaved } from "./interleaved.ts";

const TILES = 4;
const samples = new URL("../model/samples/", import.meta.url);

/** The decoders by their names in the table. */
const decoders: Record<string, (png: Uint8Array) => unknown> = {
  "the service, all checks": decodePng,
  "its codec alone": (png) => decodeRgba(png, false, (rgba) => rgba.slice(0, 1)),
  "fast-png": (png) => decode(png, { checkCrc: true }),
  "pngjs": (png) => PNG.sync.read(Buffer.from(png)),
};

const patch = await Deno.readFile(new URL("metaphase.png", samples));
const field = tiled(decodePng(await Deno.readFile(new URL("field.png", samples))));
const patchTimes = await medians(patch, 400);
const fieldTimes = await medians(field, 5, 1);
console.log(`${"".padEnd(26)}   patch, ms   16 megapixels, ms`);
for (const [i, name] of Object.keys(decoders).entries()) {
  console.log(
    `${name.padEnd(26)} ${patchTimes[i]?.toFixed(3).padStart(11)} ` +
      `${fieldTimes[i]?.toFixed(0).padStart(18)}`,
  );
}

async function medians(png: Uint8Array, rounds: number, warmUp?: number): Promise<number[]> {
  const runs = Object.values(decoders).map((decode) => () => Promise.resolve(decode(png)));
  return (await timeInterleaved(runs, rounds, warmUp)).map(median);
}

/** Repeats a picture four times across and four times down. Returns it as a PNG. */
function tiled({ width, height, data }: ReturnType<typeof decodePng>): Uint8Array {
  const large = new Uint8Array(data.length * TILES * TILES);
  const row = width * 3;
  for (let y = 0; y < height * TILES; y++) {
    const from = y % height * row;
    for (let tile = 0; tile < TILES; tile++) {
      large.set(data.subarray(from, from + row), (y * TILES + tile) * row);
    }
  }
  return encode({ width: width * TILES, height: height * TILES, data: large, channels: 3 });
}
