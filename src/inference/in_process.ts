import { messageOf, Problem } from "../errors.ts";
import type { PixelBatch, ProbabilityMaps } from "./engine.ts";
import { type InferenceWorker, WorkerDied } from "./supervised_worker.ts";
import { openSession, type SessionSource } from "./session.ts";

/** Images that are run at a time. More block the thread for longer, and are hardly faster. */
const MAX_IMAGES_PER_RUN = 2;

/**
 * Opens an inference worker that runs in this thread, for platforms without Workers. A run of
 * {@linkcode MAX_IMAGES_PER_RUN} images blocks the thread; between two runs the thread serves other tasks.
 * All sessions of a thread share one ONNX runtime, so that a crash of the runtime affects all later workers
 * too.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openInProcessWorker(source: SessionSource): Promise<InferenceWorker> {
  const session = await openSession(source);
  const died = Promise.withResolvers<WorkerDied>();
  return {
    died: died.promise,
    async run(batch) {
      try {
        let milliseconds = 0;
        const parts: ProbabilityMaps[] = [];
        for (let from = 0; from < batch.count; from += MAX_IMAGES_PER_RUN) {
          // A timer and not an immediate, because Deno polls no socket while there are immediates.
          await new Promise((resolve) => setTimeout(resolve));
          const start = performance.now();
          parts.push(await session.run(imagesOf(batch, from, MAX_IMAGES_PER_RUN)));
          milliseconds += performance.now() - start;
        }
        return { maps: joinMaps(parts), milliseconds, memoryBytes: session.memoryBytes() };
      } catch (thrown) {
        if (thrown instanceof Problem) throw thrown;
        throw new WorkerDied(`it failed: ${messageOf(thrown)}`, true);
      }
    },
    terminate: () => void session.close(),
  };
}

/** Returns up to `count` images of a batch from an index on. */
function imagesOf(batch: PixelBatch, from: number, count: number): PixelBatch {
  if (batch.count <= count) return batch;
  const imageBytes = batch.height * batch.width * 3;
  const end = Math.min(batch.count, from + count);
  const data = batch.data.subarray(from * imageBytes, end * imageBytes);
  return { count: end - from, height: batch.height, width: batch.width, data };
}

/** Joins the maps of the parts of a batch. */
function joinMaps(parts: readonly ProbabilityMaps[]): ProbabilityMaps {
  const [first] = parts;
  if (first === undefined || parts.length === 1) {
    return first ?? { dims: [0], data: new Float32Array() };
  }
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  let count = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
    count += part.dims[0] ?? 0;
  }
  return { dims: [count, ...first.dims.slice(1)], data };
}
