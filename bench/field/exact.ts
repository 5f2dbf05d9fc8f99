import type { Classifier } from "../../src/patch/classifier.ts";
import { median } from "../statistics.ts";
import { type Bench, search } from "./search.ts";

/**
 * Compares the search at candidates with the search on a fixed grid, on the same fields in turn.
 * The grid is scored window by window. For a fully convolutional network, its dense search of the
 * grid is timed too.
 */
export async function compareExact({ classifier, opener, fields }: Bench): Promise<void> {
  const { fullyConvolutional, ...manifest } = classifier.bundle.manifest;
  const windowed: Classifier = { ...classifier, bundle: { ...classifier.bundle, manifest } };
  for (const { bytes } of fields) await search(classifier, opener, bytes);
  const ratios: number[] = [];
  for (const { path, bytes } of fields) {
    const before = await search(classifier, opener, bytes);
    const exact = await search(windowed, opener, bytes, { exact: true });
    const after = await search(classifier, opener, bytes);
    const candidates = (before.milliseconds + after.milliseconds) / 2;
    const dense = fullyConvolutional === undefined
      ? undefined
      : (await search(classifier, opener, bytes, { exact: true })).milliseconds;
    ratios.push(exact.milliseconds / candidates);
    console.log(
      `${path}: ${before.windows} windows ${candidates.toFixed(0)} ms, grid of ${exact.windows} ` +
        `windows ${exact.milliseconds.toFixed(0)} ms, ratio 1/${ratios.at(-1)?.toFixed(1)}` +
        (dense === undefined ? "" : `; the grid, dense, ${dense.toFixed(0)} ms`),
    );
  }
  console.log(
    `candidates take 1/${median(ratios).toFixed(1)} of the grid's time (median of fields)`,
  );
}
