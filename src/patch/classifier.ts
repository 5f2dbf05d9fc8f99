import { Problem } from "../errors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Engine, RunOptions } from "../inference/engine.ts";
import type { Bundle } from "../model/bundle.ts";
import { checkFullyConvolutional, checkOrientationInvariant } from "./manifest_claims.ts";

/** A model that has passed its self-test, and the engine that runs it. */
export interface Classifier {
  readonly bundle: Bundle;
  readonly engine: Engine;
  /**
   * Maximum number of patches in one run of the engine, so that a large request does not block
   * others.
   */
  readonly batchSize: number;
  /**
   * Scores patches in one run of the engine.
   *
   * @param patches Images of the size that the manifest names.
   * @returns The probability that each patch shows a mitosis, 0 to 1, in the order of the patches.
   * @throws {Problem} as {@linkcode Engine.run}; `internal` too when the network returns another
   * number of probabilities.
   */
  score(patches: readonly RgbImage[], options?: RunOptions): Promise<number[]>;
}

/**
 * Creates a classifier. Runs the bundle's self-test, and checks the claims of its manifest about the
 * network.
 *
 * @param engine Runs the bundle's network.
 * @param batchSize Maximum number of patches in one run of the engine.
 * @throws {Problem} `model_invalid` when the self-test gives another probability than the manifest,
 * or when the network is not fully convolutional or not orientation-invariant though its manifest
 * says so; otherwise as {@linkcode Engine.run}.
 */
export async function openClassifier(
  bundle: Bundle,
  engine: Engine,
  batchSize: number,
): Promise<Classifier> {
  const { width, height } = bundle.manifest.input;
  const classifier: Classifier = {
    bundle,
    engine,
    batchSize,
    async score(patches, options) {
      const data = concatenate(patches, width * height * 3);
      const maps = await engine.run({ count: patches.length, width, height, data }, options);
      if (maps.data.length !== patches.length) {
        throw new Problem(
          "internal",
          `The network returned ${maps.data.length} numbers for ${patches.length} patches.`,
        );
      }
      return [...maps.data];
    },
  };
  await selfTest(classifier);
  await checkFullyConvolutional(bundle.manifest, engine);
  await checkOrientationInvariant(bundle.manifest, engine);
  return classifier;
}

/**
 * Returns the pixels of all patches, one after the other. Does not copy a single patch that fills its
 * buffer.
 */
function concatenate(patches: readonly RgbImage[], bytesPerPatch: number): Uint8Array {
  const [first, ...others] = patches;
  if (first?.data.buffer.byteLength === bytesPerPatch && others.length === 0) return first.data;
  const data = new Uint8Array(patches.length * bytesPerPatch);
  patches.forEach((patch, n) => data.set(patch.data, n * bytesPerPatch));
  return data;
}

/** Compares the probability of the self-test's image with that in the manifest. */
async function selfTest({ bundle, score }: Classifier): Promise<void> {
  const { image, probability, tolerance } = bundle.manifest.selfTest;
  const [measured = NaN] = await score([bundle.selfTestImage]);
  if (!(Math.abs(measured - probability) <= tolerance)) {
    throw new Problem(
      "model_invalid",
      `The model '${bundle.manifest.name}' fails its self-test: ${image} gives ${measured}, but ` +
        `its manifest says ${probability} (tolerance ${tolerance}).`,
    );
  }
}
