import type { Classifier } from "./classifier.ts";
import { predictPatches } from "./predict.ts";

/**
 * Number of patches that are scored: enough for V8 to optimize the code that runs often. Takes 0.1
 * s with two inference workers.
 */
const PATCHES = 64;

/**
 * Warms up the code that serves requests, by scoring the self-test's patch several times. Without
 * warm-up, decoding a batch blocks the serving thread for 40 to 60 ms, and with it for 10 to 30 ms.
 * A health check waits for that long.
 *
 * @throws {Problem} when the patch cannot be scored.
 */
export async function warmUp(classifier: Classifier): Promise<void> {
  const { selfTestPng } = classifier.bundle;
  await predictPatches(classifier, Array.from({ length: PATCHES }, () => selfTestPng));
}
