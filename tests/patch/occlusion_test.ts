import { deepEqual, equal, ok } from "node:assert/strict";
import { decodePng } from "../../src/image/png/decode.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { occlusionMap } from "../../src/patch/occlusion.ts";
import { sample, startService } from "../service.ts";

/** A network whose answer is known: the share of black among the four corners of the patch. */
function cornerCounter(lanes: number, batchSize: number): Classifier {
  const score = (patches: readonly { width: number; height: number; data: Uint8Array }[]) => {
    ok(patches.length <= batchSize);
    return Promise.resolve(patches.map(({ width, height, data }) => {
      const corners = [0, width - 1, (height - 1) * width, width * height - 1];
      return corners.filter((pixel) => data[pixel * 3] === 0).length / 4;
    }));
  };
  return { batchSize, engine: { lanes }, score } as unknown as Classifier;
}

for (const [lanes, batchSize] of [[1, 1], [1, 8], [3, 5]] as const) {
  Deno.test(`each place is hidden once, in order (${lanes} lanes, batches of ${batchSize})`, async () => {
    const data = new Uint8Array(64 * 64 * 3).fill(255);
    data.fill(0, 0, 3);
    data.fill(0, 63 * 3, 64 * 3);
    const patch = { width: 64, height: 64, data };
    const map = await occlusionMap(cornerCounter(lanes, batchSize), patch, {
      mask: 16,
      stride: 16,
    });
    equal(map.probability, 0.5);
    deepEqual(map.masked, [
      [0.25, 0.5, 0.5, 0.25],
      [0.5, 0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5, 0.5],
    ]);
    deepEqual([...data.subarray(0, 3)], [0, 0, 0], "the patch itself stays as it was");
  });
}

Deno.test("on the drawn metaphase the answer hangs on the chromosomes in the middle", async () => {
  await using service = await startService();
  const patch = decodePng(await sample("metaphase"));
  const { probability, masked } = await occlusionMap(service.classifier, patch, {
    mask: 16,
    stride: 8,
  });
  const lowest = Math.min(...masked.flat());
  const place = masked.flat().indexOf(lowest);
  const [column, row] = [place % 8, Math.floor(place / 8)];
  // Odds, since the probability of a model that is very sure hardly moves.
  const odds = (p: number) => p / (1 - p);
  ok(odds(lowest) < odds(probability) / 4, `hiding lowers ${probability} to ${lowest} only`);
  ok(column >= 2 && column <= 5 && row >= 2 && row <= 5, `the lowest is at ${column}, ${row}`);
});
