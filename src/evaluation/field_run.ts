import { detectMitoses } from "../search/search.ts";
import { type FieldOpener, fieldRequest } from "../search/field_opener.ts";
import type { DetectOptions } from "../result/result.ts";
import type { Classifier } from "../patch/classifier.ts";
import { judge, type JudgedField } from "./field_metrics.ts";

/** A detection within this of an annotated center is a hit, in micrometers. */
export const HIT = 7.5;

/** A field in a file, and where its mitoses are, in pixels. */
interface Annotated {
  readonly bytes: Uint8Array;
  readonly mitoses: readonly { readonly x: number; readonly y: number }[];
}

/** How fields are searched and judged. */
export interface FieldRunOptions {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  readonly search: DetectOptions;
  readonly maxPixels: number;
  /** Count also what lies nearer to the border than half a window. */
  readonly border: boolean;
}

/** What came of one field. */
export interface FieldRun {
  readonly judged: JudgedField;
  /** Mitoses within reach of a place that was scored. */
  readonly covered: number;
  readonly windows: number;
  /** From the file's bytes to the last probability. */
  readonly seconds: number;
}

/**
 * Searches a field and judges what was found.
 *
 * @param onDone Told how far the search is, 0 to 1.
 * @throws {Problem} as `openField` and `detectMitoses`.
 */
export async function runField(
  { bytes, mitoses: annotated }: Annotated,
  { classifier, opener, search, maxPixels, border }: FieldRunOptions,
  onDone: (share: number) => void = () => {},
): Promise<FieldRun> {
  const { input, mpp } = classifier.bundle.manifest;
  const started = performance.now();
  const field = await opener.open(fieldRequest(classifier, bytes, maxPixels, search.mpp));
  const { image, detections, scored, summary, windows } = await detectMitoses(
    classifier,
    field,
    search,
    { onProgress: ({ done }) => onDone(done) },
  ).finally(() => field.close());
  const seconds = (performance.now() - started) / 1000;
  const reach = HIT / image.mpp;
  const margin = border ? 0 : input.width / 2 * mpp / image.mpp;
  const counts = ({ x, y }: { readonly x: number; readonly y: number }) =>
    Math.min(x, y, image.width - x, image.height - y) >= margin;
  const mitoses = annotated.filter(counts);
  return {
    judged: judge(
      { detections: detections.filter(counts), mitoses, areaMm2: summary.areaMm2 },
      reach,
    ),
    covered:
      mitoses.filter((mitosis) =>
        scored.some(({ x, y }) => Math.hypot(x - mitosis.x, y - mitosis.y) <= reach)
      ).length,
    windows,
    seconds,
  };
}
