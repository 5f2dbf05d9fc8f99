/** Pictures of one size, one after the other. */
export interface PixelBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** uint8 `[count, height, width, 3]`, RGB, 0 to 255. */
  readonly data: Uint8Array;
  /** What there is to do for it, in patches; `count` where it is left out. */
  readonly work?: number;
}

/** What the network said of a batch. */
export interface ProbabilityMaps {
  /** `[count, 1]` for patches, `[count, 1, rows, columns]` of a fully convolutional network. */
  readonly dims: readonly number[];
  /** float32, 0 to 1, in the order of `dims`. */
  readonly data: Float32Array;
}

/** What a piece of work went through: pixels were decoded, it waited, the network ran. */
export type Stage = "decode" | "queue" | "inference";

/** When one stage of a piece of work began and ended, in milliseconds of `performance.now()`. */
export interface StageTime {
  readonly stage: Stage;
  readonly start: number;
  readonly end: number;
  /** How many pictures it was about. */
  readonly count: number;
}

/** How one run is treated. */
export interface RunOptions {
  /** When it fires, work that has not begun is dropped and the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /**
   * Whose work this is, by identity: batches of one owner are spread out, so that its hundredth does
   * not keep another owner's first waiting. Without it the batch stands alone.
   */
  readonly owner?: object;
  /** Told of every stage that is over. */
  readonly onStage?: (time: StageTime) => void;
}

/** How much an engine has to do at this moment. */
export interface EngineLoad {
  /** Lanes that can run now; fewer than `concurrency` while one is being replaced. */
  readonly alive: number;
  /** Pictures that wait. */
  readonly waiting: number;
  /** Pictures that are being run. */
  readonly running: number;
  /** Milliseconds that one lane takes for one picture, averaged over the last runs; 0 before the first. */
  readonly millisecondsEach: number;
}

/** Something that runs the network: Workers, or this very thread. */
export interface Engine {
  /** How many runs can go on at the same time. */
  readonly concurrency: number;
  /**
   * Runs the network over `batch`, whose pixels are read and not changed.
   *
   * @throws {Problem} `internal` when the network cannot be run, `input_rejected` when this batch has
   * killed two lanes.
   */
  run(batch: PixelBatch, options?: RunOptions): Promise<ProbabilityMaps>;
  /** What it has to do now. */
  load(): EngineLoad;
  /** Ends the engine; runs that are under way are given up. */
  close(): Promise<void>;
}
