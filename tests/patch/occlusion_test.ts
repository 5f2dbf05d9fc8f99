import { deepEqual, equal, ok } from "node:assert/strict";
import { decodePng } from "../../src/image/png/decode.ts";
import type { Classifier } from "../../src/patch/classifier.ts";
import { occlusionMap } from "../../src/patch/occlusion.ts";
import { sample, startService } from "../service.ts";

/** A network whose answer is known: the share of the patch's four corners that are black. */
function cornerCounter(concurrency: number, batchSize: number): Classifier {
  const score = (patches: readonly { width: number; height: number; data: Uint8Array }[]) => {
    ok(patches.length <= batchSize);
    return Promise.resolve(patches.map(({ width, height, data }) => {
      const corners = [0, width - 1, (height - 1) * width, width * height - 1];
      return corners.filter((pixel) => data[pixel * 3] === 0).length / 4;
    }));
  };
  return { batchSize, engine: { concurrency }, score } as unknown as Classifier;
}

for (const [concurrency, batchSize] of [[1, 1], [1, 8], [3, 5]] as const) {
  Deno.test(`the map has the masked positions in order (${concurrency} workers, batches of ${batchSize})`, async () => {
    const data = new Uint8Array(64 * 64 * 3).fill(255);
    data.fill(0, 0, 3);
    data.fill(0, 63 * 3, 64 * 3);
    const patch = { width: 64, height: 64, data };
    const map = await occlusionMap(cornerCounter(concurrency, batchSize), patch, {
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
    deepEqual([...data.subarray(0, 3)], [0, 0, 0], "the patch itself does not change");
  });
}

Deno.test("masking the chromosomes of the drawn metaphase lowers its probability the most", async () => {
  await using service = await startService();
  const patch = decodePng(await sample("metaphase"));
  const { probability, masked } = await occlusionMap(service.classifier, patch, {
    mask: 16,
    stride: 8,
  });
  const lowest = Math.min(...masked.flat());
  const position = masked.flat().indexOf(lowest);
  const [column, row] = [position % 8, Math.floor(position / 8)];
  // Compares odds, because a probability close to 1 hardly changes.
  const odds = (p: number) => p / (1 - p);
  ok(odds(lowest) < odds(probability) / 4, `the mask lowers ${probability} only to ${lowest}`);
  ok(
    column >= 2 && column <= 5 && row >= 2 && row <= 5,
    `the lowest value is at column ${column}, row ${row}`,
  );
});
