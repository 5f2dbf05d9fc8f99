import type { PixelBatch } from "../inference/engine.ts";
import { openSession } from "../inference/session.ts";
import type { ConvertedNetwork } from "./conversion.ts";

/** Patches that are run at a time. */
const batchSize = 8;

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
  return a.reduce((most, value, i) => {
    const difference = Math.abs(value - (b[i] ?? NaN));
    return Number.isNaN(difference) ? NaN : Math.max(most, difference);
  }, 0);
}
