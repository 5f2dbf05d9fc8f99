import { encode } from "fast-png";
import { detectMitoses } from "../../src/search/search.ts";
import { type FieldOpener, fieldRequest } from "../../src/search/field_opener.ts";
import { resolveOptions } from "../../src/search/options.ts";
import type { FieldResult } from "../../src/result/result.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import type { Classifier } from "../../src/patch/classifier.ts";

/** The model and the fields of a measurement. */
export interface Bench {
  readonly classifier: Classifier;
  readonly opener: FieldOpener;
  readonly fields: readonly BenchField[];
}

/** A field of view, as a file and as pixels. */
export interface BenchField {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly image: RgbImage;
}

/** Decodes and searches a field, and measures how long that takes. */
export async function search(
  classifier: Classifier,
  opener: FieldOpener,
  bytes: Uint8Array,
  query: Parameters<typeof resolveOptions>[0] = {},
): Promise<FieldResult & { readonly milliseconds: number }> {
  const options = resolveOptions(query, classifier.bundle.manifest);
  const start = performance.now();
  const field = await opener.open(fieldRequest(classifier, bytes, 1e8, options.mpp));
  try {
    const result = await detectMitoses(classifier, field, options);
    return { ...result, milliseconds: performance.now() - start };
  } finally {
    field.close();
  }
}

/** Returns a square image, filled with copies of the field, as a PNG file. */
export function tiledPng({ width, height, data }: RgbImage, side: number): Uint8Array<ArrayBuffer> {
  const large = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x += width) {
      const from = (y % height) * width * 3;
      const columns = Math.min(width, side - x);
      large.set(data.subarray(from, from + columns * 3), (y * side + x) * 3);
    }
  }
  return new Uint8Array(encode({ width: side, height: side, channels: 3, data: large }));
}

/** Measures how long `work` takes, in milliseconds. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
