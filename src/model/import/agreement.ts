import { messageOf, Problem } from "../../errors.ts";
import type { PixelBatch } from "../../inference/engine.ts";
import { openSession } from "../../inference/session.ts";
import { decodePatch } from "../../patch/decode_patch.ts";
import type { ConvertedNetwork } from "./conversion.ts";
import { syntheticPatches } from "../../patch/synthetic_patches.ts";

/** How many made-up patches two networks are compared on. */
const madeUpCount = 1000;

/** Patches that are run at a time. */
const batchSize = 8;

/** How far two networks are apart. */
export interface Agreement {
  /** Largest absolute difference in probability. */
  readonly difference: number;
  /** How many patches of each kind were compared. */
  readonly madeUp: number;
  readonly real: number;
}

/** Where real patches are, and who is told of the progress. */
export interface ComparisonOptions {
  readonly folder: string | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * Compares the answers of two networks on 1,000 made-up patches and on the PNG files below a folder.
 *
 * @throws {Problem} `file_unreadable` when the folder cannot be read or holds no PNG file.
 */
export async function compareNetworks(
  a: ConvertedNetwork,
  b: ConvertedNetwork,
  runtime: WebAssembly.Module,
  { folder, onProgress }: ComparisonOptions,
): Promise<Agreement> {
  const { width, height } = a.input;
  const sets = [syntheticPatches(madeUpCount, width, height)];
  if (folder !== undefined) sets.push(await realPatches(folder, width, height));
  const real = sets[1]?.count ?? 0;
  const total = 2 * (madeUpCount + real);
  let finished = 0;
  let difference = 0;
  for (const patches of sets) {
    const answers: Float32Array[] = [];
    for (const network of [a, b]) {
      const before = finished;
      const report = (done: number) => onProgress?.(before + done, total);
      answers.push(await probabilities(network, runtime, patches, report));
      finished += patches.count;
    }
    const [ofA = new Float32Array(), ofB = new Float32Array()] = answers;
    difference = Math.max(difference, largestDifference(ofA, ofB));
  }
  return { difference, madeUp: madeUpCount, real };
}

/**
 * Runs a network over patches in the ONNX runtime.
 *
 * @param onProgress Is told how many are done.
 * @returns The probability of each patch, 0 to 1.
 */
export async function probabilities(
  network: ConvertedNetwork,
  runtime: WebAssembly.Module,
  patches: PixelBatch,
  onProgress: (done: number) => void = () => {},
): Promise<Float32Array> {
  const { bytes, input, output } = network;
  const session = await openSession({ runtime, network: bytes, input, output });
  const { width, height, count } = patches;
  const size = width * height * 3;
  const all = new Float32Array(count);
  try {
    for (let from = 0; from < count; from += batchSize) {
      const to = Math.min(from + batchSize, count);
      const data = patches.data.slice(from * size, to * size);
      const { data: answers } = await session.run({ count: to - from, width, height, data });
      all.set(answers, from);
      onProgress(to);
    }
  } finally {
    await session.close();
  }
  return all;
}

/** The largest absolute difference of two lists of equal length; NaN where either has one. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

async function realPatches(folder: string, width: number, height: number): Promise<PixelBatch> {
  try {
    const images: Uint8Array[] = [];
    for (const path of await pngsBelow(folder)) {
      images.push(decodePatch(await Deno.readFile(path), { width, height }).data);
    }
    if (images.length === 0) throw new Error("there is no PNG file in it");
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
