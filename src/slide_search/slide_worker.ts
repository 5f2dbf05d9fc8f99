/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Problem } from "../errors.ts";
import { lowerPriority } from "../worker/priority.ts";
import { answerCalls, type AnyMethod, forwardMethods } from "../worker/worker_proxy.ts";
import { finishSlide } from "./finish_slide.ts";
import type { SlideWorkerMethods } from "./open_in_worker.ts";
import {
  openSlideHere,
  type SearchableSlide,
  SLIDE_METHODS,
  type SlideMethod,
} from "./open_slide.ts";

/** The slide that this Worker holds. */
let held: SearchableSlide | undefined;

/** Returns the slide. */
function slide(): SearchableSlide {
  if (held === undefined) throw new Problem("internal", "The Worker has no slide open.");
  return held;
}

lowerPriority();
answerCalls<SlideWorkerMethods>(self, {
  async open(request) {
    held = await openSlideHere(request);
    return held.facts;
  },
  finish: (request) => finishSlide(slide(), request),
  ...forwardMethods<SearchableSlide, SlideMethod>(SLIDE_METHODS, (name, args) => {
    const method: AnyMethod = slide()[name];
    return method(...args);
  }),
});
