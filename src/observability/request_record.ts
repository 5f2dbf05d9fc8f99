import type { ProblemCode } from "../errors.ts";
import type { Stage, StageTime } from "../inference/engine.ts";

/** Facts about a request in progress, for log, metrics and traces. Holds no pixels and no file names. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** When the request header arrived, in milliseconds of the app's clock. */
  readonly start: number;
  /** Number of images in the request. */
  images: number;
  /** The probabilities in the answer, 0 to 1. */
  probabilities: readonly number[];
  /** The problem code, when the request was refused or failed. */
  code: ProblemCode | undefined;
  /** The stages that the images went through. */
  readonly stages: StageTime[];
}

/** A request that was answered. */
export interface AnsweredRequest extends RequestRecord {
  /** The path of its route, as `/v2/models/{name}`; `unknown` when no route matched. */
  readonly route: string;
  /** The HTTP status. */
  readonly status: number;
  /** Time from the request header to the answer. */
  readonly milliseconds: number;
  /**
   * Total time of each stage over all batches. `queue` is the longest wait of a batch, because batches
   * wait side by side. Undefined when no image was processed.
   */
  readonly stageMilliseconds: Readonly<Record<Stage, number>> | undefined;
}
