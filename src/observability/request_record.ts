import type { ProblemCode } from "../errors.ts";
import type { Stage, StageTime } from "../inference/engine.ts";

/** What is kept of a request while it is answered; never pixels, never names of files. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** When it came in, in milliseconds of the app's clock. */
  readonly start: number;
  /** How many images it brought. */
  images: number;
  /** What the network said of them. */
  probabilities: readonly number[];
  /** Why it was refused or failed, where it was. */
  code: ProblemCode | undefined;
  /** What its images went through. */
  readonly stages: StageTime[];
}

/** A request that was answered. */
export interface AnsweredRequest extends RequestRecord {
  /** The template of its route, as `/v2/models/{name}`; `unknown` where there is none. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /**
   * What each stage took over all its batches, in milliseconds, where there were any: times add up,
   * but batches wait side by side, so the longest wait counts.
   */
  readonly spans: Readonly<Record<Stage, number>> | undefined;
}
