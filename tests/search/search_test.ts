import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { detectMitoses } from "../../src/search/search.ts";
import {
  type FieldOpener,
  fieldRequest,
  openFieldsOnThread,
} from "../../src/search/field_opener.ts";
import { openFieldsInWorkers } from "../../src/search/field_workers.ts";
import { resolveOptions } from "../../src/search/options.ts";
import type { FieldResult } from "../../src/result/result.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import { resample } from "../../src/image/resample.ts";
import { decodePng } from "../../src/image/png/decode.ts";
import { shared, sharedTest } from "../optional.ts";
import { startService, type TestService } from "../service.ts";
import { drawnField, pngFile } from "./field_picture.ts";

const centers = [{ x: 300, y: 200 }, { x: 1030, y: 700 }, { x: 20, y: 600 }];

/** Searches a picture with the embedded model. */
async function search(
  { classifier }: TestService,
  image: RgbImage,
  query: Parameters<typeof resolveOptions>[0] = {},
  opener: FieldOpener = openFieldsOnThread(),
): Promise<FieldResult> {
  const options = resolveOptions(query, classifier.bundle.manifest);
  const field = await opener.open(fieldRequest(classifier, pngFile(image), 1e8, options.mpp));
  try {
    return await detectMitoses(classifier, field, options);
  } finally {
    field.close();
  }
}

/** For each center, how far the nearest detection is. */
function distances({ detections }: FieldResult): number[] {
  return centers.map((c) => Math.min(...detections.map((d) => Math.hypot(d.x - c.x, d.y - c.y))));
}

Deno.test("drawn metaphases are found at their places, also on the border of a tile and of the field", async () => {
  await using service = await startService();
  // The frame of a pasted drawing is an edge of its own, which the model gives about a half.
  const result = await search(service, await drawnField(1200, 900, centers), { threshold: 0.7 });
  equal(result.summary.count, 3);
  ok(distances(result).every((distance) => distance <= 4), distances(result).join(", "));
  ok(result.detections.every(({ probability }) => probability >= 0.9));
});

Deno.test("a search in a Worker finds the same as in this thread, and stops at once when it is aborted", async () => {
  await using service = await startService();
  const image = await drawnField(700, 500, [{ x: 300, y: 200 }]);
  const workers = openFieldsInWorkers(1);
  deepEqual(await search(service, image, {}, workers), await search(service, image));
  const cancel = new AbortController();
  const { classifier } = service;
  const field = await workers.open(
    fieldRequest(classifier, pngFile(image), 1e8, 0.25),
    cancel.signal,
  );
  const options = resolveOptions({ exact: true, stride: 1 }, classifier.bundle.manifest);
  const running = detectMitoses(classifier, field, options, { signal: cancel.signal });
  setTimeout(() => cancel.abort(new Error("enough")), 100);
  const started = performance.now();
  await rejects(running, /enough/);
  ok(performance.now() - started < 5000);
  const again = await search(service, image, { threshold: 0.7 }, workers);
  equal(again.summary.count, 1, "the aborted field no longer counts as open");
  workers.close();
});

/** Opens fields that answer the first call only after later calls were made. */
const firstComesLate: FieldOpener = {
  ...openFieldsOnThread(),
  async open(...request) {
    const field = await openFieldsOnThread().open(...request);
    return {
      ...field,
      candidates: behindLaterCalls(field.candidates, 2),
      region: behindLaterCalls(field.region, 5),
    };
  },
};

/** Delays the first call until `later` further calls were made. */
function behindLaterCalls<Argument, Answer>(
  call: (argument: Argument) => Promise<Answer>,
  later: number,
): (argument: Argument) => Promise<Answer> {
  const enough = Promise.withResolvers<void>();
  let calls = 0;
  return async (argument) => {
    const nth = calls++;
    if (nth === later) enough.resolve();
    if (nth === 0) await enough.promise;
    return await call(argument);
  };
}

Deno.test("the result is exactly the same in whatever order the tiles are ready", async () => {
  await using service = await startService();
  const image = await drawnField(1200, 900, centers);
  for (const query of [{ keep: true }, { keep: true, exact: true, stride: 8 }]) {
    const answer = await search(service, image, query);
    ok(answer.scored.length > 10);
    deepEqual(await search(service, image, query, firstComesLate), answer);
  }
});

Deno.test("a field at half the resolution has its detections at the same places, in its own pixels", async () => {
  await using service = await startService();
  const image = await drawnField(1200, 900, centers);
  const part = { x: 0, y: 0, width: 600, height: 450 };
  const half = resample(image, 0.5, part);
  const { detections, summary } = await search(service, half, { mpp: 0.5 });
  ok(summary.areaMm2 === 0.0675);
  for (const center of centers.slice(0, 2)) {
    ok(detections.some(({ x, y }) => Math.hypot(x * 2 - center.x, y * 2 - center.y) <= 6));
  }
});

Deno.test("fields of one pixel, of one row and of glass have no mitosis", async () => {
  await using service = await startService();
  for (const [width, height] of [[1, 1], [300, 1], [40, 40], [600, 600]] as const) {
    const data = new Uint8Array(width * height * 3).fill(255);
    for (const exact of [false, true]) {
      const { summary } = await search(service, { width, height, data }, { exact, stride: 64 });
      equal(summary.count, 0, `${width} x ${height}`);
    }
  }
});

Deno.test("an exact search scores a window at every stride inside the field", async () => {
  await using service = await startService();
  const result = await search(service, await drawnField(200, 130, []), { exact: true, stride: 8 });
  equal(result.windows, ((200 - 64) / 8 + 1) * (Math.floor((130 - 64) / 8) + 1));
});

sharedTest("shifting a field changes no detection by more than 2 px or 0.05", async () => {
  await using service = await startService({ INFERENCE_WORKERS: "2" });
  const side = 900;
  const margin = 64 + 63;
  for (const name of ["P0_27", "P0_33"]) {
    const whole = decodePng(await Deno.readFile(`${shared}/fields/midesec/${name}.png`));
    const cut = (x: number, y: number) => resample(whole, 1, { x, y, width: side, height: side });
    const found = async (dx: number, dy: number) => {
      const { detections } = await search(service, cut(dx, dy), { keep: true, threshold: 0.1 });
      return detections.map(({ x, y, probability }) => ({ x: x + dx, y: y + dy, probability }));
    };
    const reference = (await found(0, 0)).filter(({ x, y, probability }) =>
      probability >= 0.1 && Math.min(x, y) >= margin && Math.max(x, y) < side - 64
    );
    ok(reference.length > 5, "the field shows something");
    for (const [dx, dy] of [[1, 0], [0, 1], [0, 7], [29, 0], [13, 32], [63, 63]] as const) {
      const shifted = await found(dx, dy);
      for (const { x, y, probability } of reference) {
        const near = shifted.find((d) => Math.hypot(d.x - x, d.y - y) <= 2);
        const what = `${name} (${x}, ${y}) ${probability}, shifted by ${dx}, ${dy}`;
        ok(near, `${what}, is gone`);
        ok(Math.abs(near.probability - probability) <= 0.05, `${what}, is ${near.probability}`);
      }
    }
  }
});
