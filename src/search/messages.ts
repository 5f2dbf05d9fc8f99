import type { ProblemCode } from "../errors.ts";
import type { FieldCalls, FieldFacts, FieldRequest } from "./field.ts";

/** One call of {@linkcode FieldCalls}, or the request to open the field. */
export type FieldCall =
  | { readonly call: "open"; readonly args: [FieldRequest] }
  | {
    [Call in keyof FieldCalls]: {
      readonly call: Call;
      readonly args: Parameters<FieldCalls[Call]>;
    };
  }[keyof FieldCalls];

/**
 * What the field's Worker is told; each call has a number of its own, which the answer has as well. It
 * does not answer to `close`, after which it holds no field.
 */
export type ToFieldWorker = (FieldCall | { readonly call: "close" }) & { readonly id: number };

/** What the field's Worker answers. */
export type FromFieldWorker =
  | { readonly id: number; readonly value: FieldFacts | ReturnType<FieldCalls[keyof FieldCalls]> }
  | { readonly id: number; readonly code: ProblemCode; readonly message: string };
