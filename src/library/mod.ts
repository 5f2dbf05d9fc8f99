/**
 * The library: finds mitoses in patches, fields of view and whole slides, without HTTP. For research
 * use only. Not for diagnostic use.
 *
 * @example Score a patch and search a field
 * ```ts
 * import { loadClassifier } from "./mod.ts";
 *
 * await using classifier = await loadClassifier();
 * const [probability] = await classifier.predict(await Deno.readFile("model/samples/metaphase.png"));
 * const field = await Deno.readFile("model/samples/field.png");
 * const { summary, detections } = await classifier.detect(field, { mpp: 0.25 });
 * console.log(probability, summary.count, detections[0]);
 * ```
 *
 * @module
 */
import { openClassifier } from "./open_classifier.ts";
import type { LoadOptions, MitosisClassifier } from "./types.ts";

export type * from "./types.ts";

/**
 * Loads a model, checks it and runs its self-test.
 *
 * @throws an error with the code `model_invalid` when the model cannot be used.
 */
export async function loadClassifier(options: LoadOptions = {}): Promise<MitosisClassifier> {
  return await openClassifier(options);
}

/** Returns whether an error is one of this library, with a code of `docs/reference.md`. */
export function isProblem(thrown: unknown): thrown is Error & { readonly code: string } {
  return thrown instanceof Error && "code" in thrown && thrown.name === "Problem";
}
