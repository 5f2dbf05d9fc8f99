import { Problem } from "../errors.ts";
import { ORIENTATIONS, oriented } from "../image/orientations.ts";
import type { Engine } from "../inference/engine.ts";
import { syntheticPatches } from "./synthetic_patches.ts";
import type { Manifest } from "../model/manifest.ts";
import { isSameAnswer } from "./same_answer.ts";

/** Made-up patches that are looked at: half noise, half dark spots on pink. */
const PATCHES = 4;

/**
 * Tries what a manifest says of `orientationInvariant`: all eight rotations and mirrorings of made-up
 * patches must have one probability each.
 *
 * @throws {Problem} `model_invalid`.
 */
export async function checkOrientationInvariant(
  { name, orientationInvariant, input }: Pick<
    Manifest,
    "name" | "orientationInvariant" | "input"
  >,
  engine: Engine,
): Promise<void> {
  if (!orientationInvariant) return;
  const patches = syntheticPatches(PATCHES, input.width, input.height);
  const { data: upright } = await engine.run(patches);
  for (let orientation = 1; orientation < ORIENTATIONS; orientation++) {
    const turned = oriented(patches.data, input.width, orientation);
    const { data } = await engine.run({ ...patches, data: turned });
    for (const [i, as] of upright.entries()) {
      const now = data[i] ?? NaN;
      if (!isSameAnswer(now, as)) {
        throw new Problem(
          "model_invalid",
          `The model '${name}' is not orientationInvariant, as its manifest says: ` +
            `a patch that has ${as} as it is has ${now} turned or mirrored.`,
        );
      }
    }
  }
}
