import { Problem } from "../errors.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { SlidePlace } from "../slide_folder/open_slides.ts";
import type { FinishedSlide } from "../slide_search/finish_slide.ts";
import { openJournal } from "../slide_search/journal.ts";
import { openSlideInWorker } from "../slide_search/open_in_worker.ts";
import { journalKey, prepareSearch, searchSlide } from "../slide_search/search_slide.ts";
import type { SlideProgress } from "../slide_search/search_slide.ts";
import type { SearchRequest } from "./search_request.ts";

/** A search to be run. */
export interface SearchRun {
  readonly classifier: Classifier;
  readonly place: SlidePlace;
  /** `Slide.identity` of the slide when the search was requested. */
  readonly identity: string;
  readonly request: SearchRequest;
  /** The folder of its files. */
  readonly path: string;
  /** Stops the search. The journal keeps the finished tiles. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SlideProgress) => void;
}

/** A search without any progress for this time is given up, in milliseconds. */
const STALL_MS = 20 * 60_000;

/**
 * Searches the tiles of a slide that its journal does not have yet, and writes the result. A Worker reads the
 * slide and counts. Requests of clients have priority ({@linkcode RunOptions.isBackground}).
 *
 * @throws {Problem} the problem of the slide; `slide_changed` if it has changed; `file_unwritable`;
 * `image_too_complex` without progress; the reason of the signal.
 */
export async function runSearch(
  { classifier, place, identity, request, path, signal, onProgress }: SearchRun,
): Promise<FinishedSlide> {
  const { options, region, count } = request;
  const { manifest } = classifier.bundle;
  const bundle = { manifest };
  const { input: { width, height }, mpp } = manifest;
  const stalled = new AbortController();
  const giveUp = () => stalled.abort(tooSlow());
  let timer = setTimeout(giveUp, STALL_MS);
  const either = AbortSignal.any([signal, stalled.signal]);
  try {
    const slide = await openSlideInWorker({
      location: place.location,
      confinement: place.confinement,
      allowedUrls: [],
      mpp: options.mpp,
      model: { mpp, width, height },
    }, either);
    try {
      if (slide.facts.identity !== identity) {
        throw new Problem("slide_changed", "The slide has changed since; search it again.");
      }
      const search = await prepareSearch({ slide, bundle, options, region });
      const journalPath = `${path}/journal`;
      using journal = await openJournal(journalPath, await journalKey(search));
      await searchSlide(search, classifier, journal, undefined, {
        signal: either,
        isBackground: true,
        onProgress(progress) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, STALL_MS);
          onProgress(progress);
        },
      });
      const base = `${path}/result`;
      return await slide.finish({ bundle, options, region, count, journal: journalPath, base });
    } finally {
      slide.close();
    }
  } catch (thrown) {
    throw either.aborted ? either.reason : thrown;
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): Problem {
  return new Problem(
    "image_too_complex",
    `The search made no progress for ${STALL_MS / 60_000} minutes.`,
  );
}
