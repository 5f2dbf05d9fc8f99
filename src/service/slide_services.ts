import type { Config } from "../config.ts";
import type { SlideServices } from "../http/app_context.ts";
import type { Classifier } from "../patch/classifier.ts";
import { slideFolder } from "../slide_folder/slide_folder.ts";
import type { SlideJobEvents } from "../slide_jobs/job.ts";
import { openSlideJobs } from "../slide_jobs/open_slide_jobs.ts";

/**
 * Creates the folder of slides and their searches, if the settings name them. The build for Cloudflare
 * replaces this file, because Cloudflare has neither Workers nor files.
 *
 * @returns Undefined if there are no Workers (INFERENCE_WORKERS is 0).
 */
export function slideServices(
  config: Config,
  classifier: () => Classifier | undefined,
  events: SlideJobEvents,
): SlideServices | undefined {
  if (config.inferenceWorkers === 0) return undefined;
  const folder = config.slidesDir === "" ? undefined : slideFolder(config.slidesDir);
  const jobs = folder === undefined || config.resultsDir === ""
    ? undefined
    : openSlideJobs({ config, folder, classifier, events });
  return { folder, jobs };
}
