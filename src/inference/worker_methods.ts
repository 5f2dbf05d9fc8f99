import type { PixelBatch, RunResult } from "./engine.ts";
import type { SessionSource } from "./session.ts";

/** The methods of an inference Worker that the serving thread calls. */
export interface InferenceMethods {
  /**
   * Loads the network.
   *
   * @param runStarted One number in shared memory, which the Worker sets to 1 when it starts to run a
   *   batch. The serving thread reads it after a crash. A message instead would wake the serving thread
   *   for each batch.
   * @throws {Problem} `model_invalid`.
   */
  open(source: SessionSource, runStarted: Int32Array<SharedArrayBuffer>): Promise<void>;
  /** Runs the network over a batch. Call `open` first. */
  run(batch: PixelBatch): Promise<RunResult>;
}
