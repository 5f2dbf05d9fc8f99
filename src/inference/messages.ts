import type { ProblemCode } from "../errors.ts";
import type { PixelBatch, ProbabilityMaps } from "./engine.ts";
import type { SessionSource } from "./session.ts";

/** What the pool tells a Worker. */
export type ToWorker =
  | { readonly kind: "open"; readonly source: SessionSource }
  | { readonly kind: "run"; readonly batch: PixelBatch };

/** What a Worker answers: one message for each that it gets, in order. */
export type FromWorker =
  | { readonly kind: "opened" }
  | { readonly kind: "ran"; readonly maps: ProbabilityMaps; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly code: ProblemCode; readonly message: string };
