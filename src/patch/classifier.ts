import { Problem } from "../errors.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { Engine, RunOptions } from "../inference/engine.ts";
import type { Bundle } from "../model/bundle.ts";
import { checkFullyConvolutional } from "./fully_convolutional.ts";
import { checkOrientationInvariant } from "./orientation_invariant.ts";

/** A model that has passed its self-test, and the engine that runs it. */
export interface Classifier {
  readonly bundle: Bundle;
  readonly engine: Engine;
  /** Patches that the engine is given at a time, so that a long request does not keep others out. */
  readonly batchSize: number;
  /**
   * The probability that each patch shows a mitosis, 0 to 1, in the order of the patches, which go
   * to the engine as one batch.
   *
   * @param patches Pictures of the size that the manifest names.
   * @throws {Problem} `internal` when the network cannot be run, or the reason of the signal.
   */
  score(patches: readonly RgbImage[], options?: RunOptions): Promise<number[]>;
}

/**
 * Makes a classifier of a bundle and an engine that runs its network, after the bundle's self-test.
 *
 * @throws {Problem} `model_invalid` when the self-test gives another probability than it must, or the
 * network is not fully convolutional though its manifest says so.
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
      const data = joined(patches, width * height * 3);
      const maps = await engine.run({ count: patches.length, width, height, data }, options);
      if (maps.data.length !== patches.length) {
        throw new Problem(
          "internal",
          `The network gave ${maps.data.length} numbers for ${patches.length} patches.`,
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

/** The pixels of all patches, one after the other; those of one alone are taken as they are. */
function joined(patches: readonly RgbImage[], bytesEach: number): Uint8Array {
  const [first, ...others] = patches;
  if (first?.data.buffer.byteLength === bytesEach && others.length === 0) return first.data;
  const data = new Uint8Array(patches.length * bytesEach);
  patches.forEach((patch, n) => data.set(patch.data, n * bytesEach));
  return data;
}

async function selfTest({ bundle, score }: Classifier): Promise<void> {
  const { image, probability, tolerance } = bundle.manifest.selfTest;
  const [measured = NaN] = await score([bundle.selfTestImage]);
  if (!(Math.abs(measured - probability) <= tolerance)) {
    throw new Problem(
      "model_invalid",
      `The model '${bundle.manifest.name}' fails its self-test: ${image} gives ${measured}, ` +
        `its manifest says ${probability} within ${tolerance}.`,
    );
  }
}
