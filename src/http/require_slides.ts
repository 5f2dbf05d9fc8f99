import { Problem, type ProblemCode } from "../errors.ts";
import type { SlideFolder } from "../slide_folder/slide_folder.ts";
import type { SlideJobs } from "../slide_jobs/slide_jobs.ts";
import type { AppDeps } from "./app_context.ts";
import { stoppingProblem } from "./require_classifier.ts";

/** The problems of every route of slides. */
export const slideProblems = [
  "host_not_allowed",
  "key_missing",
  "key_unknown",
  "slides_disabled",
  "slide_unknown",
  "request_invalid",
  "file_unreadable",
  "internal",
  "stopping",
  "client_left",
  "deadline_exceeded",
] as const satisfies ProblemCode[];

/**
 * Returns the folder of slides, for routes that need it.
 *
 * @throws {Problem} `slides_disabled` without SLIDES_DIR; `stopping` when the service accepts no new
 * requests.
 */
export function requireSlides({ slides, state }: AppDeps): SlideFolder {
  if (state() === "draining") throw stoppingProblem();
  if (slides?.folder !== undefined) return slides.folder;
  throw new Problem(
    "slides_disabled",
    "This service shows no slides; its operator can set SLIDES_DIR to a folder of slides.",
  );
}

/**
 * Returns the searches of slides, for routes that need them.
 *
 * @throws {Problem} as {@linkcode requireSlides}; `slide_searches_disabled` without RESULTS_DIR.
 */
export function requireSlideJobs(deps: AppDeps): SlideJobs {
  requireSlides(deps);
  if (deps.slides?.jobs !== undefined) return deps.slides.jobs;
  throw new Problem(
    "slide_searches_disabled",
    "This service does not search slides, because it has no folder for results (RESULTS_DIR). The " +
      "command 'slide' searches them too.",
  );
}
