import type { Classifier } from "./classifier.ts";
import { predictPatches } from "./predict.ts";

/**
 * Number of patches that are scored: enough for V8 to optimize the code that runs often. This takes
 * 0.1 s with two inference workers.
 */
const PATCHES = 64;

/**
 * Warms up the code that serves requests: decodes and scores the self-test's patch several times.
 * Before the warm-up, decoding a batch blocks the serving thread so long that a health check waits
 * for 40 to 60 ms. Afterwards it waits for 10 to 30 ms.
 *
 * @throws {Problem} as {@linkcode predictPatches}.
 */
export async function warmUp(classifier: Classifier): Promise<void> {
  const { selfTestPng } = classifier.bundle;
  await predictPatches(classifier, Array.from({ length: PATCHES }, () => selfTestPng));
}
