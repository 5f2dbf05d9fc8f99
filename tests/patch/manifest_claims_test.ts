import { deepEqual, match, ok } from "node:assert/strict";
import { detectMitoses } from "../../src/search/search.ts";
import { fieldRequest, openFieldsOnThread } from "../../src/search/field_opener.ts";
import { resolveOptions } from "../../src/search/options.ts";
import { readConfig } from "../../src/config.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { refusal, withBundle } from "../model/unpadded_network.ts";

Deno.test("a model that wrongly claims to be fully convolutional is not served", async () => {
  match(
    await refusal({ padding: 1 }),
    /'Unpadded' is not fully convolutional, .*: on 80 x 72 px it gives 0\.\d+ for a window that alone gets 0\.\d+/,
  );
  match(
    await refusal({ claims: { receptiveField: 64, stride: 16 } }),
    /its output is \[4, 1, 3, 5\], but should be/,
  );
  match(await refusal({ fixedSize: true }), /it cannot be run on 80 x 72 px/);
  match(
    await refusal({ claims: { receptiveField: 56, stride: 8 } }),
    /fullyConvolutional\.receptiveField: must be the input's width and height/,
  );
});

Deno.test("a dense run over a field gives the same probabilities as window by window", async () => {
  const picture = pngFile(await drawnField(1300, 500, [{ x: 300, y: 200 }, { x: 1030, y: 400 }]));
  const search = async (classifier: Classifier) => {
    const options = resolveOptions(
      { exact: true, stride: 16, keep: true },
      classifier.bundle.manifest,
    );
    const field = await openFieldsOnThread().open(
      fieldRequest(classifier, picture, 1e8, options.mpp),
    );
    const { scored } = await detectMitoses(classifier, field, options);
    return scored.toSorted((a, b) => a.y - b.y || a.x - b.x);
  };
  const dense = await withBundle({}, search);
  const windowed = await withBundle({ claims: undefined }, search);
  const centers = (found: typeof windowed) => found.map(({ x, y }) => [x, y]);
  deepEqual(centers(dense), centers(windowed));
  ok(new Set(windowed.map(({ probability }) => probability)).size > 50, "the probabilities vary");
  for (const [i, { probability }] of windowed.entries()) {
    ok(Math.abs((dense[i]?.probability ?? NaN) - probability) < 1e-4);
  }
});

const sample = (name: string) =>
  Deno.readFile(new URL(`../../model/samples/${name}`, import.meta.url));

Deno.test("a model that wrongly claims to be orientation-invariant is not served", async () => {
  match(
    await refusal({ claimsInvariant: true }),
    /'Unpadded' is not orientation-invariant, .*: it gives 0\.\d+ for a patch, and 0\.\d+ for/,
  );
});

Deno.test("the embedded model gives a turned or mirrored cell the same probability", async () => {
  const classifier = await loadClassifier(readConfig(() => undefined));
  try {
    for (const name of ["metaphase.png", "anaphase.png", "interphase.png", "stroma.png"]) {
      const { width, height, data } = decodePng(await sample(name));
      // These two reflections generate all eight orientations.
      const transposed = new Uint8Array(data.length), upsideDown = new Uint8Array(data.length);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const pixel = data.subarray((y * width + x) * 3, (y * width + x + 1) * 3);
          transposed.set(pixel, (x * width + y) * 3);
          upsideDown.set(pixel, ((height - 1 - y) * width + x) * 3);
        }
      }
      const turned = [transposed, upsideDown].map((data) => ({ width, height, data }));
      const [upright = NaN, ...others] = await classifier.score([
        { width, height, data },
        ...turned,
      ]);
      for (const other of others) {
        ok(Math.abs(other - upright) < 1e-5, `${name}: ${upright}, ${other}`);
      }
    }
  } finally {
    await classifier.engine.close();
  }
});

Deno.test("an orientation-invariant model scores each window once, with or without test-time augmentation", async () => {
  const classifier = await loadClassifier(readConfig(() => undefined));
  try {
    const picture = await sample("field.png");
    const search = async (tta: 1 | 8) => {
      const options = resolveOptions({ tta }, classifier.bundle.manifest);
      const field = await openFieldsOnThread().open(
        fieldRequest(classifier, picture, 1e8, options.mpp),
      );
      const { scored, windows } = await detectMitoses(classifier, field, options);
      return { scored, windows };
    };
    deepEqual(await search(8), await search(1));
  } finally {
    await classifier.engine.close();
  }
});
