import type { Classifier } from "../../src/patch/classifier.ts";
import { median } from "../median.ts";
import { type Bench, search } from "./search.ts";

/**
 * Candidates against the fixed grid. Both search the same bytes in this process, in turn, so that
 * starting is counted on neither side; the grid is scored window by window, also for a network that
 * needs not, which is timed beside it.
 */
export async function compareExact({ classifier, opener, fields }: Bench): Promise<void> {
  const { fullyConvolutional, ...manifest } = classifier.bundle.manifest;
  const windowed: Classifier = { ...classifier, bundle: { ...classifier.bundle, manifest } };
  for (const { bytes } of fields) await search(classifier, opener, bytes);
  const shares: number[] = [];
  for (const { path, bytes } of fields) {
    const before = await search(classifier, opener, bytes);
    const exact = await search(windowed, opener, bytes, { exact: true });
    const after = await search(classifier, opener, bytes);
    const candidates = (before.milliseconds + after.milliseconds) / 2;
    const passes = fullyConvolutional === undefined
      ? undefined
      : (await search(classifier, opener, bytes, { exact: true })).milliseconds;
    shares.push(exact.milliseconds / candidates);
    console.log(
      `${path}: ${before.windows} windows ${candidates.toFixed(0)} ms, grid of ${exact.windows} ` +
        `windows ${exact.milliseconds.toFixed(0)} ms: 1/${shares.at(-1)?.toFixed(1)}` +
        (passes === undefined ? "" : `; the grid in passes ${passes.toFixed(0)} ms`),
    );
  }
  console.log(
    `candidates take 1/${median(shares).toFixed(1)} of the grid's time (median of fields)`,
  );
}
