import type { FieldCalls, FieldFacts, FieldRequest } from "./field.ts";
import { holdField } from "./field.ts";

/** A field that is held elsewhere: the same calls, answered in a while. */
export type OpenField =
  & {
    readonly [Call in keyof FieldCalls]: (
      ...args: Parameters<FieldCalls[Call]>
    ) => Promise<ReturnType<FieldCalls[Call]>>;
  }
  & {
    readonly facts: FieldFacts;
    /** Lets go of the pixels; what is under way is given up. */
    close(): void;
  };

/** Opens fields, on some thread. */
export interface FieldOpener {
  /** The bytes of the request are handed over: do not use them after. */
  open(request: FieldRequest, signal?: AbortSignal): Promise<OpenField>;
  /** Ends what is kept for the next field; fields that are open are not touched. */
  close(): void;
}

/** Opens fields on this very thread, for platforms without Workers; between calls others get a turn. */
export const openFieldHere: FieldOpener = {
  async open(request, signal) {
    const field = await holdField(request);
    const turn = async <T>(work: () => T): Promise<T> => {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      return work();
    };
    return {
      facts: field.facts,
      candidates: (tile) => turn(() => field.candidates(tile)),
      windows: (...args) => turn(() => field.windows(...args)),
      part: (part) => turn(() => field.part(part)),
      overlay: (what) => turn(() => field.overlay(what)),
      heatMap: (what) => turn(() => field.heatMap(what)),
      close() {},
    };
  },
  close() {},
};
