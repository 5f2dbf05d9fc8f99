import { equal, ok } from "node:assert/strict";
import { runField } from "../../src/evaluation/field_run.ts";
import { openFieldsOnThread } from "../../src/search/field_opener.ts";
import { resolveOptions } from "../../src/search/options.ts";
import { pngFile } from "../search/field_picture.ts";
import { stubClassifier } from "../search/stub_classifier.ts";

Deno.test("without the border, mitoses and area within half a window of it do not count", async () => {
  const classifier = stubClassifier({ input: [8, 8], network: () => 0 });
  const bytes = pngFile({ width: 100, height: 60, data: new Uint8Array(100 * 60 * 3).fill(255) });
  const mitoses = [{ x: 3, y: 30 }, { x: 50, y: 57 }, { x: 4, y: 30 }, { x: 50, y: 30 }];
  const search = resolveOptions({ mpp: 0.5, keep: true }, classifier.bundle.manifest);
  const common = { classifier, opener: openFieldsOnThread(), search, maxPixels: 1e6 };
  const whole = await runField({ bytes, mitoses }, { ...common, includesBorder: true });
  const inner = await runField({ bytes, mitoses }, { ...common, includesBorder: false });
  equal(whole.matched.mitoses, 4);
  equal(inner.matched.mitoses, 2);
  // At 0.5 um per pixel, a pixel has 0.25 um². Half a window is 4 px.
  ok(Math.abs(whole.matched.areaMm2 - 100 * 60 * 0.25e-6) < 1e-12);
  ok(Math.abs(inner.matched.areaMm2 - 92 * 52 * 0.25e-6) < 1e-12);
});
