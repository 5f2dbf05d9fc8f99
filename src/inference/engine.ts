/** Pictures of one size, one after the other. */
export interface PixelBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** uint8 `[count, height, width, 3]`, RGB, 0 to 255. */
  readonly data: Uint8Array;
}

/** What the network said of a batch. */
export interface ProbabilityMaps {
  /** `[count, 1]` for patches, `[count, 1, rows, columns]` from a dense network run over a field. */
  readonly dims: readonly number[];
  /** float32, 0 to 1, in the order of `dims`. */
  readonly data: Float32Array;
}

/** How one run may be ended early. */
export interface RunOptions {
  /** When it fires, work that has not begun is dropped and the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Something that runs the network: Workers, or this very thread. */
export interface Engine {
  /** How many runs can go on at the same time. */
  readonly lanes: number;
  /**
   * Runs the network over `batch`. The bytes of `batch.data` are handed over: do not use them after.
   *
   * @throws {Problem} `internal` when the network cannot be run.
   */
  run(batch: PixelBatch, options?: RunOptions): Promise<ProbabilityMaps>;
  /** Ends the engine; runs that are under way are given up. */
  close(): Promise<void>;
}
