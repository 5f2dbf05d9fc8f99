import { deepEqual, match, ok } from "node:assert/strict";
import { readConfig } from "../../src/config.ts";
import { detectMitoses } from "../../src/search/search.ts";
import { fieldRequest, openFieldsInThread } from "../../src/search/field_opener.ts";
import { resolveOptions } from "../../src/search/options.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { refusal } from "../model/unpadded_network.ts";

const sample = (name: string) =>
  Deno.readFile(new URL(`../../model/samples/${name}`, import.meta.url));

Deno.test("a network that a turned patch changes, though its manifest says not, is not served", async () => {
  match(
    await refusal({ saysInvariant: true }),
    /'Unpadded' is not orientationInvariant, .*: a patch that has 0\.\d+ .* has 0\.\d+/,
  );
});

Deno.test("the embedded model answers a cell alike however the slide lay", async () => {
  const classifier = await loadClassifier(readConfig(() => undefined));
  try {
    for (const name of ["metaphase.png", "anaphase.png", "interphase.png", "stroma.png"]) {
      const { width, height, data } = decodePng(await sample(name));
      // Mirrored across the diagonal, and upside down: all eight are made of these two.
      const flipped = new Uint8Array(data.length), upsideDown = new Uint8Array(data.length);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const pixel = data.subarray((y * width + x) * 3, (y * width + x + 1) * 3);
          flipped.set(pixel, (x * width + y) * 3);
          upsideDown.set(pixel, ((height - 1 - y) * width + x) * 3);
        }
      }
      const turned = [flipped, upsideDown].map((data) => ({ width, height, data }));
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

Deno.test("with such a model eight orientations of a field's windows are no more work than one", async () => {
  const classifier = await loadClassifier(readConfig(() => undefined));
  try {
    const picture = await sample("field.png");
    const search = async (tta: 1 | 8) => {
      const options = resolveOptions({ tta }, classifier.bundle.manifest);
      const field = await openFieldsInThread.open(
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
