/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import {
  openSlideHere,
  type SearchableSlide,
  SLIDE_METHODS,
  type SlideMethod,
  type SlideMethods,
} from "./open_slide.ts";

/** The slide that this Worker holds. */
let held: SearchableSlide | undefined;

lowerPriority();
answerCalls<SlideMethods>(self, {
  async open(request) {
    held = await openSlideHere(request);
    return held.facts;
  },
  ...forwardMethods<SearchableSlide, SlideMethod>(SLIDE_METHODS, (name, args) => {
    if (held === undefined) throw new Problem("internal", "The Worker has no slide open.");
    const method: AnyMethod = held[name];
    return method(...args);
  }),
});
