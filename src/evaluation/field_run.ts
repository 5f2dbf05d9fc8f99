import { Problem } from "../errors.ts";
import { detectMitoses } from "../search/search.ts";
import { type FieldOpener, fieldRequest } from "../search/field_opener.ts";
import type { Point } from "../image/region.ts";
import { type DetectOptions, SAME_CELL_UM } from "../result/result.ts";
import type { Classifier } from "../patch/classifier.ts";
import { matchDetections, type MatchedField } from "./field_metrics.ts";

/** The bytes of a field's file, and its annotated mitoses. */
interface AnnotatedFile {
  readonly bytes: Uint8Array;
  /** Centers of the mitoses, in pixels of the file. */
  readonly mitoses: readonly Point[];
}

/** Options of {@linkcode runField}. */
export interface FieldRunOptions {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  /** Options of the search. */
  readonly search: DetectOptions;
  /** Maximum number of pixels of a field. */
  readonly maxPixels: number;
  /**
   * Whether to include mitoses, and detections that match none, that are nearer to the border than half a
   * window.
   */
  readonly includesBorder: boolean;
}

/** A search of a field, compared with the annotations. */
export interface FieldRun {
  /** The detections, matched with the annotated mitoses. Its area is the area in which they count. */
  readonly matched: MatchedField;
  /**
   * Number of annotated mitoses within {@linkcode SAME_CELL_UM} of the center of a scored window.
   */
  readonly covered: number;
  /** Number of windows that were scored. */
  readonly windows: number;
  /** Time to open and search the field, in seconds. */
  readonly seconds: number;
}

/**
 * Searches a field and compares the detections with the annotated mitoses.
 *
 * @param onProgress Called with the share of the search that is done, 0 to 1.
 * @throws {Problem} `data_invalid` for a mitosis outside of the image; otherwise as
 * {@linkcode FieldOpener.open} and {@linkcode detectMitoses}.
 */
export async function runField(
  { bytes, mitoses: annotated }: AnnotatedFile,
  { classifier, opener, search, maxPixels, includesBorder }: FieldRunOptions,
  onProgress: (share: number) => void = () => {},
): Promise<FieldRun> {
  const { input, mpp } = classifier.bundle.manifest;
  const started = performance.now();
  const field = await opener.open(fieldRequest(classifier, bytes, maxPixels, search.mpp));
  const { image, detections, scored, windows } = await detectMitoses(
    classifier,
    field,
    search,
    { onProgress: ({ done }) => onProgress(done) },
  ).finally(() => field.close());
  const seconds = (performance.now() - started) / 1000;
  const outside = annotated.find(({ x, y }) =>
    !(x >= 0 && y >= 0 && x <= image.width && y <= image.height)
  );
  if (outside !== undefined) {
    throw new Problem(
      "data_invalid",
      `A mitosis is annotated at ${outside.x}, ${outside.y}, outside of the image of ${image.width} x ` +
        `${image.height} pixels; coordinates must be pixels of this image.`,
    );
  }
  const hitDistance = SAME_CELL_UM / image.mpp;
  const margin = includesBorder ? 0 : input.width / 2 * mpp / image.mpp;
  const isIncluded = ({ x, y }: Point) =>
    Math.min(x, y, image.width - x, image.height - y) >= margin;
  const mitoses = annotated.filter(isIncluded);
  const pixels = Math.max(0, image.width - 2 * margin) * Math.max(0, image.height - 2 * margin);
  return {
    matched: matchDetections(
      {
        detections,
        mitoses: annotated,
        areaMm2: pixels * image.mpp ** 2 / 1e6,
      },
      hitDistance,
      isIncluded,
    ),
    covered:
      mitoses.filter((mitosis) =>
        scored.some(({ x, y }) => Math.hypot(x - mitosis.x, y - mitosis.y) <= hitDistance)
      ).length,
    windows,
    seconds,
  };
}
