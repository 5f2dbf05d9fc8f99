import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { pictureSource } from "../../src/image/pixel_source.ts";
import type { Point } from "../../src/image/region.ts";
import { fieldOf } from "../../src/search/field.ts";
import { refine, scorePoints, type ScoreTarget } from "../../src/search/score.ts";
import { cropNaively, randomImage } from "../image/random_image.ts";
import { randomFrom } from "../random.ts";
import {
  meanOfRed,
  redOfCorner,
  type StubClassifier,
  stubClassifier,
  type StubNetwork,
  type StubOptions,
} from "./stub_classifier.ts";

const image = randomImage(120, 90);
const SIDE = 8;

/** A target with the random image as its only tile, and options that count windows. */
function setUp(options: Partial<StubOptions> = {}, tta: 1 | 8 = 1) {
  const classifier = stubClassifier({ input: [SIDE, SIDE], network: meanOfRed, ...options });
  const { width, height } = classifier.bundle.manifest.input;
  const field = fieldOf(pictureSource(image), { mpp: 0.5, model: { mpp: 0.5, width, height } });
  const counted = { windows: 0 };
  const onScored = (windows: number) => counted.windows += windows;
  const target: ScoreTarget & { classifier: StubClassifier } = { classifier, field, tile: 0 };
  return { target, counted, options: { tta, onScored } };
}

/** Random points whose windows, shifted ones too, lie inside the image. */
function randomPoints(count: number): Point[] {
  const random = randomFrom(8);
  return Array.from({ length: count }, () => ({ x: 10 + random(100), y: 10 + random(70) }));
}

/** The window of 8 px around a point: 4 px to the left and above, 3 px to the right and below. */
function scoreNaively(network: StubNetwork, x: number, y: number): number {
  return network(cropNaively(image, { x: x - 4, y: y - 4, width: SIDE, height: SIDE }));
}

/** The five windows of refinement: at 0.5 um per pixel, 1 um is 2 px. */
const SHIFTS = [[0, 0], [-2, -2], [2, -2], [-2, 2], [2, 2]] as const;

function near(found: number | undefined, expected: number, what = ""): void {
  ok(Math.abs((found ?? NaN) - expected) < 1e-6, `${what}: ${found} instead of ${expected}`);
}

Deno.test("scorePoints gives each point the score of the window around it, in the points' order", async () => {
  const { target, counted, options } = setUp();
  const points = randomPoints(300);
  const scored = await scorePoints(target, points, options);
  deepEqual(scored.map(({ x, y }) => ({ x, y })), points);
  scored.forEach(({ x, y, probability }) => near(probability, scoreNaively(meanOfRed, x, y)));
  equal(counted.windows, 300);
  deepEqual(await scorePoints(target, [], options), []);
});

Deno.test("a batch has at most batchSize windows, and tells the engine how much work it is", async () => {
  const { target, options } = setUp({ batchSize: 50 });
  await scorePoints(target, randomPoints(300), options);
  const counts = target.classifier.batches.map(({ count, data, work }) => {
    equal(data.length, count * SIDE * SIDE * 3);
    equal(work, count);
    return count;
  });
  // Windows are cut 128 at a time: 50 + 50 + 28, twice, and 44 are left.
  deepEqual(counts.toSorted((a, b) => a - b), [28, 28, 44, 50, 50, 50, 50]);
});

Deno.test("refine gives a point the mean over five windows, with one run over all or with five", async () => {
  const points = randomPoints(40);
  // A stride of 4 px is twice the shift, so one picture of 12 px holds the four shifted windows.
  for (const [stride, side] of [[4, 12], [2, 8], [undefined, 8]] as const) {
    const { target, counted, options } = setUp({ batchSize: 7, ...(stride ? { stride } : {}) });
    const scored = await scorePoints(target, points, options);
    const first = target.classifier.batches.length;
    counted.windows = 0;
    const refined = await refine(target, scored, options);
    refined.forEach(({ x, y, probability }, i) => {
      deepEqual({ x, y }, points[i]);
      const scores = SHIFTS.map(([dx, dy]) => scoreNaively(meanOfRed, x + dx, y + dy));
      near(probability, scores.reduce((sum, score) => sum + score) / 5, `stride ${stride}`);
    });
    equal(counted.windows, 4 * points.length);
    const sides = target.classifier.batches.slice(first).map(({ width }) => width);
    deepEqual(new Set(sides), new Set([side]));
  }
});

Deno.test("refine leaves the points below the minimum as they are, without a run", async () => {
  const at = (probability: number) => ({ x: 50, y: 40, probability });
  // Half the threshold, or 5 * threshold - 4: at 0.9, five windows need 0.5 + 4 * 1 to reach 4.5.
  for (const [threshold, below, from] of [[0.5, 0.2499, 0.25], [0.9, 0.4999, 0.5]] as const) {
    const { target, options } = setUp({ threshold });
    deepEqual(await refine(target, [at(0), at(below)], options), [at(0), at(below)]);
    equal(target.classifier.batches.length, 0);
    const [unchanged, refined] = await refine(target, [at(below), at(from + 1e-9)], options);
    deepEqual(unchanged, at(below));
    const corners = SHIFTS.slice(1).map(([dx, dy]) => scoreNaively(meanOfRed, 50 + dx, 40 + dy));
    near(refined?.probability, corners.reduce((sum, score) => sum + score, from) / 5);
  }
});

Deno.test("with tta 8 refine gives a point the mean over eight orientations of five windows", async () => {
  // Turning and mirroring puts each of the four corners into the upper left one twice.
  for (const stride of [4, undefined]) {
    const { target, counted, options } = setUp(
      { network: redOfCorner, threshold: 0, ...(stride ? { stride } : {}) },
      8,
    );
    const scored = await scorePoints(target, randomPoints(10), options);
    counted.windows = 0;
    for (const { x, y, probability } of await refine(target, scored, options)) {
      const corners = SHIFTS.flatMap(([dx, dy]) =>
        [[0, 0], [7, 0], [0, 7], [7, 7]].map(([a = NaN, b = NaN]) =>
          scoreNaively(redOfCorner, x + dx + a, y + dy + b)
        )
      );
      near(probability, corners.reduce((sum, score) => sum + score) / 20, `stride ${stride}`);
    }
    equal(counted.windows, 10 * (5 * 8 - 1), "the unshifted upright window is not scored again");
  }
  const invariant = setUp({ orientationInvariant: true, threshold: 0 }, 8);
  await refine(invariant.target, [{ x: 50, y: 40, probability: 1 }], invariant.options);
  equal(invariant.counted.windows, 4, "an orientation-invariant model scores one orientation");
});

Deno.test("a network that returns a wrong number of probabilities is refused", async () => {
  const change = ({ dims, data }: { dims: number[]; data: Float32Array }) => ({
    dims,
    data: data.slice(1),
  });
  const { target, options } = setUp({ change });
  await rejects(scorePoints(target, randomPoints(5), options), (thrown) => {
    ok(thrown instanceof Problem && thrown.code === "internal");
    equal(thrown.message, "The network returned 4 numbers for 5 windows.");
    return true;
  });
});

Deno.test("tta 8 is refused for a model whose input is not square", async () => {
  const { target, options } = setUp({ input: [12, 8] }, 8);
  await rejects(refine(target, [], options), (thrown) => {
    ok(thrown instanceof Problem && thrown.status === 400);
    return thrown.message ===
      "tta is 8, but the model's input of 12 x 8 px is not square; use tta 1.";
  });
  equal(
    (await refine(target, [{ x: 50, y: 40, probability: 1 }], { ...options, tta: 1 })).length,
    1,
  );
});

Deno.test("a signal that was aborted before rejects with its reason, and nothing is run", async () => {
  const { target, options } = setUp();
  const reason = new Error("the client left");
  const signal = AbortSignal.abort(reason);
  await rejects(scorePoints(target, randomPoints(5), { ...options, signal }), reason);
  equal(target.classifier.batches.length, 0);
});
