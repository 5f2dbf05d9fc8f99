/** A batch of images of the same size. */
export interface PixelBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** uint8 `[count, height, width, 3]`, RGB, 0 to 255. */
  readonly data: Uint8Array;
  /** Computing time of the batch, in units of one patch; by default, `count`. */
  readonly work?: number;
}

/** The network's output for a batch. */
export interface ProbabilityMaps {
  /**
   * `[count, 1]`, or `[count, 1, rows, columns]` for a fully convolutional network. Such a network
   * returns one row and one column for a patch.
   */
  readonly dims: readonly number[];
  /** float32 of shape `dims`, 0 to 1. */
  readonly data: Float32Array;
}

/** The result of one run of an inference worker. */
export interface RunResult {
  readonly maps: ProbabilityMaps;
  /** How long the network ran, preprocessing included. */
  readonly milliseconds: number;
  /** Bytes that the worker's ONNX runtime has allocated so far. This number never decreases. */
  readonly memoryBytes: number;
}

/** A stage of a batch: its images are decoded, it waits in the queue, the network runs on it. */
export type Stage = "decode" | "queue" | "inference";

/** When one stage began and ended, in milliseconds of `performance.now()`. */
export interface StageTime {
  readonly stage: Stage;
  readonly start: number;
  readonly end: number;
  /** Number of images in this stage. */
  readonly count: number;
}

/** Options of one run. */
export interface RunOptions {
  /**
   * When it aborts, a run that has not begun is dropped, and its promise rejects with the reason. A run
   * that has begun is finished.
   */
  readonly signal?: AbortSignal;
  /**
   * The request that this run belongs to, compared by identity. The queue spreads out the batches
   * of one owner, so that a large request does not delay small ones. A run without an owner counts
   * as a separate request.
   */
  readonly owner?: object;
  /** Whether this run is of work for which nobody waits at the moment: it gets a small share of the engine. */
  readonly isBackground?: boolean;
  /** Called at the end of every stage. */
  readonly onStage?: (time: StageTime) => void;
}

/** How busy an engine is now. */
export interface EngineLoad {
  /** Workers that can run; fewer than `concurrency` while one is being replaced. */
  readonly alive: number;
  /** Work in the queue, in units of one patch, without background work. */
  readonly waiting: number;
  /** Work that is being run, in units of one patch. */
  readonly running: number;
  /**
   * Milliseconds that one worker needs per patch, averaged over the last runs; 0 before the first.
   */
  readonly msPerPatch: number;
}

/** Runs the network, in Workers or in this thread. */
export interface Engine {
  /** How many runs can take place at the same time. */
  readonly concurrency: number;
  /**
   * Runs the network over `batch`. The pixels are not changed.
   *
   * @throws {Problem} `input_rejected` when workers die or fail each time they run the batch;
   *   `stopping` when the engine is closed. Throws the signal's reason when the signal aborts first.
   */
  run(batch: PixelBatch, options?: RunOptions): Promise<ProbabilityMaps>;
  /** Returns how busy the engine is now. */
  load(): EngineLoad;
  /** Closes the engine. Runs that wait or are in progress reject with `stopping`. */
  close(): Promise<void>;
}
