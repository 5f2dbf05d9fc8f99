import { deepEqual, match, ok } from "node:assert/strict";
import { detectMitoses } from "../../src/search/search.ts";
import { fieldRequest, openFieldsInThread } from "../../src/search/field_opener.ts";
import { resolveOptions } from "../../src/search/options.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { refusal, withBundle } from "../model/unpadded_network.ts";

Deno.test("a network that is not fully convolutional, though its manifest says so, is not served", async () => {
  match(
    await refusal({ padding: 1 }),
    /'Unpadded' is not fully convolutional, .*: over 80 x 72 px it gives 0\.\d+ where the window alone has 0\.\d+/,
  );
  match(await refusal({ says: { receptiveField: 64, stride: 16 } }), /gives \[4, 1, 3, 5\], not/);
  match(await refusal({ fixedSize: true }), /it cannot be run on 80 x 72 px/);
  match(
    await refusal({ says: { receptiveField: 56, stride: 8 } }),
    /fullyConvolutional\.receptiveField: it must be the input's width and height/,
  );
});

Deno.test("passes over a field give what its windows give alone", async () => {
  const picture = pngFile(await drawnField(1300, 500, [{ x: 300, y: 200 }, { x: 1030, y: 400 }]));
  const search = async (classifier: Classifier) => {
    const options = resolveOptions(
      { exact: true, stride: 16, keep: true },
      classifier.bundle.manifest,
    );
    const field = await openFieldsInThread.open(
      fieldRequest(classifier, picture, 1e8, options.mpp),
    );
    const { scored } = await detectMitoses(classifier, field, options);
    return scored.toSorted((a, b) => a.y - b.y || a.x - b.x);
  };
  const inPasses = await withBundle({}, search);
  const alone = await withBundle({ says: undefined }, search);
  const places = (found: typeof alone) => found.map(({ x, y }) => [x, y]);
  deepEqual(places(inPasses), places(alone));
  ok(new Set(alone.map(({ probability }) => probability)).size > 50, "the answers differ");
  for (const [i, { probability }] of alone.entries()) {
    ok(Math.abs((inPasses[i]?.probability ?? NaN) - probability) < 1e-4);
  }
});
