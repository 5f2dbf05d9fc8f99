import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { SlideFolder } from "../slide_folder/slide_folder.ts";
import type { FinishedSlide } from "../slide_search/finish_slide.ts";
import { version } from "../version.ts";
import { type Job, type SlideJobEvents, stateOf } from "./job.ts";
import { JobFiles } from "./job_files.ts";
import { JobQueue } from "./job_queue.ts";
import { resultFormats } from "./result_formats.ts";
import { resultsFull, scaleMissing, searchUnknown, tooManyWatchers } from "./problems.ts";
import { bytesOf, resultCleaner } from "./result_cleaner.ts";
import { readSearchRequest, searchKey, shortHash } from "./search_request.ts";
import { hasEnded, headOf, type JobFile, type SearchState } from "./search_state.ts";

import type { SlideJobs } from "./slide_jobs.ts";

/** What {@linkcode openSlideJobs} needs. */
export interface SlideJobsDeps {
  readonly config: Pick<
    Config,
    "resultsDir" | "resultsMaxBytes" | "resultsMaxDays" | "maxSlides" | "maxQueuedSlides"
  >;
  readonly folder: Pick<SlideFolder, "facts" | "locate">;
  /** Returns the model, or undefined while there is none. */
  readonly classifier: () => Classifier | undefined;
  readonly events: SlideJobEvents;
}

/** How often a folder that could not be locked is tried again, in milliseconds. */
const LOCK_RETRY_MS = 2000;

/** Streams of events at the same time: each holds a connection for as long as a search takes. */
const MAX_WATCHERS = 128;

/** How often old results are looked for, in milliseconds. */
const CLEAN_INTERVAL_MS = 60 * 60_000;

/** Creates the searches of slides. */
export function openSlideJobs({ config, folder, classifier, events }: SlideJobsDeps): SlideJobs {
  const files = new JobFiles(config.resultsDir);
  const jobs = new Map<string, Job>();
  const clean = resultCleaner({ files, jobs, config, events });
  const queue = new JobQueue({ files, folder, classifier, events, jobs, config, ended: clean });
  let unusable: Problem | undefined = new Problem(
    "results_unavailable",
    "The folder of results (RESULTS_DIR) is not read yet. Try again in 2 s.",
    { retryAfterSeconds: 2 },
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  async function start(): Promise<void> {
    try {
      await files.lock();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      if (unusable?.message !== thrown.message) events.trouble(thrown.message);
      unusable = thrown;
      if (!isStopped) timer = later(LOCK_RETRY_MS, () => start());
      return;
    }
    for (const file of await files.list()) {
      const bytes = await files.sizeOf(file);
      jobs.set(file.id, { head: headOf(file), bytes, watchers: new Set() });
    }
    await clean();
    unusable = undefined;
    for (const job of jobs.values()) if (!hasEnded(job.head.state)) queue.add(job);
    timer = later(CLEAN_INTERVAL_MS, cleanAgain);
  }

  async function cleanAgain(): Promise<void> {
    await clean();
    if (!isStopped) timer = later(CLEAN_INTERVAL_MS, cleanAgain);
  }

  function find(slide: string, id: string): Job {
    if (unusable !== undefined) throw unusable;
    const job = jobs.get(id);
    if (job?.head.slide === slide) return job;
    throw searchUnknown(id);
  }

  async function create(
    slide: string,
    document: unknown,
    manifest: Manifest,
  ): Promise<SearchState> {
    if (unusable !== undefined) throw unusable;
    const request = readSearchRequest(document, manifest);
    const { facts } = await folder.facts(slide);
    if (request.options.mpp === undefined && facts.mpp === undefined) {
      throw scaleMissing();
    }
    const { sha256 } = manifest.network;
    const whole = [slide, facts.identity, sha256, version];
    const id = await shortHash(...whole, JSON.stringify(request));
    const before = jobs.get(id);
    if (before !== undefined && !isAgain(before)) return stateOf(before);
    queue.checkRoom();
    await clean();
    const bytes = bytesOf([...jobs.values()]);
    if (bytes >= config.resultsMaxBytes) throw resultsFull(bytes, config.resultsMaxBytes);
    const file: JobFile = {
      job: 1,
      id,
      slide,
      identity: facts.identity,
      model: sha256,
      journalKey: await shortHash(...whole, searchKey(request)),
      createdAt: before?.head.createdAt ?? new Date().toISOString(),
      state: "queued",
      request,
    };
    // Another request may have started the same search in the meantime.
    const meanwhile = jobs.get(id);
    if (meanwhile !== undefined && !isAgain(meanwhile)) return stateOf(meanwhile);
    queue.checkRoom();
    const job: Job = { head: headOf(file), bytes: 0, watchers: before?.watchers ?? new Set() };
    jobs.set(id, job);
    try {
      await files.write(file);
    } catch (thrown) {
      if (before === undefined) jobs.delete(id);
      else jobs.set(id, before);
      throw thrown;
    }
    queue.add(job);
    return stateOf(job);
  }

  return {
    start,
    create,
    get: (slide, id) => stateOf(find(slide, id)),
    async resultOf(state) {
      const file = await files.read(state);
      const formats = await files.formatsOf(state);
      if (file?.result !== undefined) return { ...file.result as FinishedSlide, formats };
      throw new Problem("search_unknown", "The results of the search were removed.");
    },
    last(slide) {
      const own = [...jobs.values()].filter(({ head }) => head.slide === slide);
      const latest = own.toSorted((a, b) => a.head.createdAt < b.head.createdAt ? 1 : -1)[0];
      return latest && stateOf(latest);
    },
    async cancel(slide, id) {
      const job = find(slide, id);
      await queue.cancel(job);
      return stateOf(job);
    },
    watch(slide, id, watcher) {
      const { watchers } = find(slide, id);
      const all = jobs.values().reduce((sum, { watchers }) => sum + watchers.size, 0);
      if (all >= MAX_WATCHERS) throw tooManyWatchers(MAX_WATCHERS);
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    async openResult(slide, id, format) {
      const { head } = find(slide, id);
      if (head.state !== "done") {
        throw new Problem(
          "search_not_done",
          `The search is ${head.state}; its results can be fetched when its state is done.`,
        );
      }
      try {
        return await Deno.open(`${files.pathOf(head)}/result${resultFormats[format].ending}`);
      } catch {
        throw new Problem(
          "search_unknown",
          format === "dcm"
            ? "The result has no DICOM file; only that of a slide in DICOM has one."
            : `The result has no file ${format}; it may have been removed.`,
        );
      }
    },
    load: () => ({ ...queue.load(), bytes: bytesOf([...jobs.values()]) }),
    async stop(reason) {
      isStopped = true;
      unusable = reason;
      clearTimeout(timer);
      await queue.stop(reason);
      files.unlock();
    },
  };
}

/** Returns whether a search has to be run again when it is asked for. */
function isAgain({ head: { state } }: Job): boolean {
  return state === "failed" || state === "cancelled";
}

/** Calls a function later, unless the process ends before. */
function later(milliseconds: number, run: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, milliseconds);
  Deno.unrefTimer(timer);
  return timer;
}
