import type { StageTime } from "../inference/engine.ts";
import type { AnsweredRequest } from "./request_record.ts";

/** What follows one request through the service for whoever collects traces. */
export interface RequestTrace {
  /** The trace that the request belongs to, in 32 hexadecimal digits, where it is recorded. */
  readonly id: string | undefined;
  /** A stage of it is over. */
  stage(time: StageTime): void;
  /** It is answered. */
  end(request: AnsweredRequest): void;
}

/** Follows nothing. */
export const noTrace: RequestTrace = { id: undefined, stage() {}, end() {} };
