import { messageOf, Problem } from "../errors.ts";
import { ORIENTATIONS, oriented } from "../image/orientations.ts";
import { cutWindows } from "../image/windows.ts";
import type { Engine } from "../inference/engine.ts";
import type { Manifest } from "../model/manifest.ts";
import { syntheticPatches } from "./synthetic_patches.ts";

/** Number of synthetic images on which each claim is checked. */
const IMAGES = 4;

/**
 * Relative tolerance when the same probability is computed in two ways. float32 sums in another
 * order differ by less.
 */
const TOLERANCE = 1e-3;

/**
 * Checks that a network is fully convolutional if its manifest says so. Runs the network over
 * synthetic images that are one stride higher and two strides wider than the network's input, such
 * as 80 x 72 px. The output map must equal the probabilities of the six windows, each computed
 * alone. The check fails for a network that pads its feature maps.
 *
 * @throws {Problem} `model_invalid` when the check fails; otherwise as {@linkcode Engine.run}.
 */
export async function checkFullyConvolutional(
  { name, fullyConvolutional, input }: Pick<Manifest, "name" | "fullyConvolutional" | "input">,
  engine: Engine,
): Promise<void> {
  if (fullyConvolutional === undefined) return;
  const { stride } = fullyConvolutional;
  const width = input.width + 2 * stride;
  const height = input.height + stride;
  const size = `${width} x ${height} px`;
  const images = syntheticPatches(IMAGES, width, height);
  const expected = await windowByWindow(images.data, { width, height }, stride, input, engine);
  const { dims, data } = await engine.run(images).catch((thrown) => {
    throw notFullyConvolutional(name, `it cannot be run on ${size} (${messageOf(thrown)})`);
  });
  if (dims.join() !== [IMAGES, 1, 2, 3].join()) {
    throw notFullyConvolutional(
      name,
      `on ${size} its output is [${dims.join(", ")}], but should be [N, 1, 2, 3]`,
    );
  }
  for (const [i, probability] of expected.entries()) {
    const inMap = data[i] ?? NaN;
    if (!isSameProbability(inMap, probability)) {
      throw notFullyConvolutional(
        name,
        `on ${size} it gives ${inMap} for a window that alone gets ${probability}`,
      );
    }
  }
}

/**
 * Checks that a network is orientation-invariant if its manifest says so. Runs the network over all
 * eight rotations and reflections of synthetic patches, whose probabilities must be equal.
 *
 * @throws {Problem} `model_invalid` when the check fails; otherwise as {@linkcode Engine.run}.
 */
export async function checkOrientationInvariant(
  { name, orientationInvariant, input }: Pick<
    Manifest,
    "name" | "orientationInvariant" | "input"
  >,
  engine: Engine,
): Promise<void> {
  if (!orientationInvariant) return;
  const patches = syntheticPatches(IMAGES, input.width, input.height);
  const { data: upright } = await engine.run(patches);
  for (let orientation = 1; orientation < ORIENTATIONS; orientation++) {
    const turned = oriented(patches.data, input.width, orientation);
    const { data } = await engine.run({ ...patches, data: turned });
    for (const [i, probability] of upright.entries()) {
      const whenTurned = data[i] ?? NaN;
      if (!isSameProbability(whenTurned, probability)) {
        throw new Problem(
          "model_invalid",
          `The model '${name}' is not orientation-invariant, though its manifest says so: ` +
            `it gives ${probability} for a patch, and ${whenTurned} for the same patch turned or ` +
            "mirrored.",
        );
      }
    }
  }
}

/** Returns whether two probabilities are equal within the tolerance. NaN equals nothing. */
function isSameProbability(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
}

/**
 * Scores the six windows of each image one by one.
 *
 * @param pixels The images, one after the other.
 * @param window Size of the network's input.
 * @returns float32 `[images, 2, 3]`: the probabilities in the order of the network's output map.
 */
async function windowByWindow(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  stride: number,
  window: { readonly width: number; readonly height: number },
  engine: Engine,
): Promise<Float32Array> {
  const centers = [0, 1].flatMap((row) =>
    [0, 1, 2].map((column) => ({
      x: Math.floor(window.width / 2) + column * stride,
      y: Math.floor(window.height / 2) + row * stride,
    }))
  );
  const bytes = width * height * 3;
  const windows = new Uint8Array(IMAGES * centers.length * window.width * window.height * 3);
  for (let n = 0; n < IMAGES; n++) {
    const image = { width, height, data: pixels.subarray(n * bytes, (n + 1) * bytes) };
    windows.set(cutWindows(image, centers, window), n * windows.length / IMAGES);
  }
  const count = IMAGES * centers.length;
  const batch = { count, width: window.width, height: window.height, data: windows };
  return (await engine.run(batch)).data;
}

function notFullyConvolutional(name: string, reason: string): Problem {
  return new Problem(
    "model_invalid",
    `The model '${name}' is not fully convolutional, though its manifest says so: ${reason}.`,
  );
}
