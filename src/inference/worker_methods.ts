import type { PixelBatch, RunResult } from "./engine.ts";
import type { SessionSource } from "./session.ts";

/** The calls that an inference Worker answers. */
export interface InferenceMethods {
  /**
   * Loads the network.
   *
   * @param started One number in shared memory, which the Worker sets to 1 when it starts a batch. A
   * message would tell the same, but it would wake the serving thread for each batch.
   * @throws {Problem} `model_invalid`.
   */
  open(source: SessionSource, started: Int32Array<SharedArrayBuffer>): Promise<void>;
  /** Runs the network over a batch. */
  run(batch: PixelBatch): Promise<RunResult>;
}
