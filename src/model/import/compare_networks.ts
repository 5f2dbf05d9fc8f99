import { messageOf, Problem } from "../../errors.ts";
import type { PixelBatch } from "../../inference/engine.ts";
import { openSession } from "../../inference/session.ts";
import { decodePatch } from "../../patch/decode_patch.ts";
import type { ConvertedNetwork } from "./conversion.ts";
import { syntheticPatches } from "../../patch/synthetic_patches.ts";

/** Number of synthetic patches that two networks are compared on. */
const SYNTHETIC_PATCHES = 1000;

/** Number of patches in one run. */
const BATCH_SIZE = 8;

/** The result of a comparison of two networks. */
export interface NetworkComparison {
  /** Largest absolute difference of probabilities. */
  readonly maxDifference: number;
  /** Number of synthetic patches that were compared. */
  readonly syntheticCount: number;
  /** Number of patches from the folder that were compared. */
  readonly realCount: number;
}

/** Options of a comparison. */
export interface ComparisonOptions {
  /** A folder of PNG patches to compare on, besides the synthetic ones. */
  readonly folder: string | undefined;
  /** Called with the number of patches that were scored, and with their total over both networks. */
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * Compares the probabilities of two networks on 1,000 synthetic patches and on the PNG files below a
 * folder.
 *
 * @throws {Problem} `file_unreadable` when the folder cannot be read, has no PNG file, or has a PNG file
 *   that is not a patch of the networks' size; `model_invalid` or `internal` when a network cannot be
 *   loaded or run.
 */
export async function compareNetworks(
  a: ConvertedNetwork,
  b: ConvertedNetwork,
  runtime: WebAssembly.Module,
  { folder, onProgress }: ComparisonOptions,
): Promise<NetworkComparison> {
  const { width, height } = a.input;
  const sets = [syntheticPatches(SYNTHETIC_PATCHES, width, height)];
  if (folder !== undefined) sets.push(await readPatches(folder, width, height));
  const realCount = sets[1]?.count ?? 0;
  const total = 2 * (SYNTHETIC_PATCHES + realCount);
  let finished = 0;
  let maxDifference = 0;
  for (const patches of sets) {
    const outputs: Float32Array[] = [];
    for (const network of [a, b]) {
      const before = finished;
      const report = (done: number) => onProgress?.(before + done, total);
      outputs.push(await runNetwork(network, runtime, patches, report));
      finished += patches.count;
    }
    const [ofA = new Float32Array(), ofB = new Float32Array()] = outputs;
    maxDifference = Math.max(maxDifference, maxAbsoluteDifference(ofA, ofB));
  }
  return { maxDifference, syntheticCount: SYNTHETIC_PATCHES, realCount };
}

/**
 * Runs a network over patches in the ONNX runtime.
 *
 * @param onProgress Called with the number of patches that are done.
 * @returns The probability of each patch, 0 to 1.
 */
export async function runNetwork(
  network: ConvertedNetwork,
  runtime: WebAssembly.Module,
  patches: PixelBatch,
  onProgress: (done: number) => void = () => {},
): Promise<Float32Array> {
  const { bytes, input, output } = network;
  const session = await openSession({ runtime, network: bytes, input, output });
  const { width, height, count } = patches;
  const size = width * height * 3;
  const probabilities = new Float32Array(count);
  try {
    for (let from = 0; from < count; from += BATCH_SIZE) {
      const to = Math.min(from + BATCH_SIZE, count);
      const data = patches.data.slice(from * size, to * size);
      const { data: output } = await session.run({ count: to - from, width, height, data });
      probabilities.set(output, from);
      onProgress(to);
    }
  } finally {
    await session.close();
  }
  return probabilities;
}

/**
 * Returns the largest absolute difference of two lists of equal length; NaN if a list contains NaN.
 */
export function maxAbsoluteDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? NaN))), 0);
}

async function readPatches(folder: string, width: number, height: number): Promise<PixelBatch> {
  try {
    const images: Uint8Array[] = [];
    for (const path of await pngsBelow(folder)) {
      images.push(decodePatch(await Deno.readFile(path), { width, height }).data);
    }
    if (images.length === 0) throw new Error("there is no PNG file");
    const data = new Uint8Array(images.length * width * height * 3);
    images.forEach((image, n) => data.set(image, n * width * height * 3));
    return { count: images.length, width, height, data };
  } catch (cause) {
    const message = `The patches in '${folder}' cannot be read: ${messageOf(cause)}.`;
    throw new Problem("file_unreadable", message, { cause });
  }
}

async function pngsBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await pngsBelow(path));
    else if (/\.png$/i.test(entry.name)) paths.push(path);
  }
  return paths.sort();
}
