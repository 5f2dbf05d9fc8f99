import type { ProblemCode } from "../errors.ts";
import type { Stage, StageTime } from "../inference/engine.ts";

/** Facts about a request, for log, metrics and traces. Has no pixels and no file names. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** When the request header arrived, in milliseconds of the app's clock. */
  readonly start: number;
  /** Number of images in the request; 0 until they are counted. */
  images: number;
  /**
   * The probabilities in the answer or in the result of an event stream, 0 to 1: one for each image, or for
   * each point listed in a field.
   */
  probabilities: readonly number[];
  /** The problem code, when the request was refused or failed. */
  code: ProblemCode | undefined;
  /** The stages that the batches of the request went through. */
  readonly stages: StageTime[];
}

/** A request that was answered. An event stream counts as answered when it ends. */
export interface AnsweredRequest extends RequestRecord {
  /** The path of its route, as `/v2/models/{name}`; `unknown` when no route matched. */
  readonly route: string;
  /** The HTTP status. */
  readonly status: number;
  /** Time from the request header to the answer, in milliseconds. */
  readonly milliseconds: number;
  /**
   * Total time of each stage over all batches, in milliseconds. For `queue` it is the longest wait of a
   * batch instead, because batches wait in parallel. Undefined when no image was processed.
   */
  readonly stageMilliseconds: Readonly<Record<Stage, number>> | undefined;
}
