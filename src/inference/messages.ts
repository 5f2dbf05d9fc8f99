import type { ProblemCode } from "../errors.ts";
import type { PixelBatch, RunResult } from "./engine.ts";
import type { SessionSource } from "./session.ts";

/** What the pool tells a Worker. */
export type ToWorker =
  | {
    readonly kind: "open";
    readonly source: SessionSource;
    /**
     * One number in shared memory, which the Worker sets to 1 when it begins with a batch. A message
     * would say the same, but wake the serving thread for it, once for every batch.
     */
    readonly begun: Int32Array<SharedArrayBuffer>;
  }
  | { readonly kind: "run"; readonly batch: PixelBatch };

/** What a Worker says: one answer to each message, in order. */
export type FromWorker =
  | { readonly kind: "opened" }
  | { readonly kind: "ran"; readonly ran: RunResult }
  | { readonly kind: "failed"; readonly code: ProblemCode; readonly message: string };
