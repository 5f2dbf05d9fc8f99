import type { StageTime } from "../inference/engine.ts";
import type { AnsweredRequest } from "./request_record.ts";

/** The distributed trace of one request. */
export interface RequestTrace {
  /** The trace id, 32 hexadecimal digits. Undefined when the request is not traced. */
  readonly id: string | undefined;
  /** Records a finished stage. */
  stage(time: StageTime): void;
  /** Records that the request was answered. */
  end(request: AnsweredRequest): void;
}

/** A trace that records nothing, for use when tracing is off. */
export const noTrace: RequestTrace = { id: undefined, stage() {}, end() {} };
