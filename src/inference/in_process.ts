import { messageOf, Problem } from "../errors.ts";
import { type InferenceWorker, WorkerDied } from "./supervised_worker.ts";
import { openSession, type SessionSource } from "./session.ts";

/**
 * Opens an inference worker that runs in this thread, for platforms without Workers. A run blocks the
 * thread; between two runs the thread serves other tasks. All sessions of a thread share one ONNX
 * runtime, so a worker that replaces this one does not recover from a crash of the runtime.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openInProcessWorker(source: SessionSource): Promise<InferenceWorker> {
  const session = await openSession(source);
  const died = Promise.withResolvers<WorkerDied>();
  return {
    died: died.promise,
    async run(batch) {
      await new Promise((resolve) => setTimeout(resolve));
      const start = performance.now();
      try {
        const maps = await session.run(batch);
        const milliseconds = performance.now() - start;
        return { maps, milliseconds, memoryBytes: session.memoryBytes() };
      } catch (thrown) {
        if (thrown instanceof Problem) throw thrown;
        throw new WorkerDied(`it failed: ${messageOf(thrown)}`, true);
      }
    },
    terminate: () => void session.close(),
  };
}
