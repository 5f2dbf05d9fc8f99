/**
 * Times the search of fields against 1,000 patch predictions in the same run, and how it grows with
 * the area: `deno task bench:field FIELD.png`. Larger fields are made by repeating the given one.
 *
 * @module
 */
import { encode } from "fast-png";
import { readConfig } from "../src/config.ts";
import { detectMitoses, openField } from "../src/field/detect.ts";
import { fieldOpener } from "../src/field/opener.ts";
import { settleOptions } from "../src/field/settle_options.ts";
import { decodeField } from "../src/image/decode_field.ts";
import type { RgbImage } from "../src/image/rgb_image.ts";
import { loadClassifier } from "../src/patch/load.ts";
import { predictPatches } from "../src/patch/predict.ts";

const PATCHES = 1000;
const SIDES = [1000, 2000, 4000, 8000] as const;

const [path] = Deno.args;
if (path === undefined) throw new Error("Name a field of view to repeat: a PNG, JPEG or TIFF.");
const config = readConfig((name) => name === "INFERENCE_WORKERS" ? "2" : Deno.env.get(name));
const source = await decodeField(await Deno.readFile(path), 1e8);
const classifier = await loadClassifier(config);
const options = settleOptions({}, classifier.bundle.manifest);
const opener = fieldOpener(config);
const patch = await Deno.readFile(new URL("../model/samples/interphase.png", import.meta.url));

const patches = await milliseconds(async () => {
  const files = Array.from({ length: 100 }, () => patch);
  for (let i = 0; i < PATCHES / files.length; i++) await predictPatches(classifier, files);
});
console.log(
  `${PATCHES} patch predictions, 100 a time, 2 Workers: ${(patches / 1000).toFixed(2)} s`,
);
for (const side of SIDES) {
  const bytes = encode({
    width: side,
    height: side,
    channels: 3,
    data: repeated(source, side).data,
  });
  let windows = 0;
  let count = 0;
  const took = await milliseconds(async () => {
    const field = await openField(opener, classifier, bytes, 1e8, options.mpp);
    const result = await detectMitoses(classifier, field, options);
    field.close();
    windows = result.windows;
    count = result.summary.count;
  });
  const megapixels = side * side / 1e6;
  console.log(
    `${side} x ${side}: ${(took / 1000).toFixed(2)} s, ${
      (took / patches).toFixed(2)
    } of the patches, ` +
      `${(took / megapixels).toFixed(0)} ms a megapixel, ${windows} windows, ${count} mitoses, ` +
      `${(Deno.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB resident`,
  );
}
opener.close();
await classifier.engine.close();

/** The picture side by side with itself until it is large enough. */
function repeated({ width, height, data }: RgbImage, side: number): RgbImage {
  const large = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x += width) {
      const from = (y % height) * width * 3;
      const columns = Math.min(width, side - x);
      large.set(data.subarray(from, from + columns * 3), (y * side + x) * 3);
    }
  }
  return { width: side, height: side, data: large };
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
