import type { Classifier } from "./classifier.ts";
import { predictPatches } from "./predict.ts";

/** Enough for the compiler to have seen what is hot; a tenth of a second with two Workers. */
const PATCHES = 64;

/**
 * Scores the self-test's patch a few times on the way that requests go, so that the first of them do
 * not find code that was never run: until it is compiled, decoding a batch keeps the serving thread
 * for so long that a health check waits 40 to 60 ms, and afterwards 10 to 30.
 *
 * @throws {Problem} when the patch cannot be scored.
 */
export async function warmUp(classifier: Classifier): Promise<void> {
  const { selfTestPng } = classifier.bundle;
  await predictPatches(classifier, Array.from({ length: PATCHES }, () => selfTestPng));
}
