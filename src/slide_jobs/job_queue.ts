import type { Config } from "../config.ts";
import { messageOf, Problem } from "../errors.ts";
import type { Classifier } from "../patch/classifier.ts";
import { overloadRetryAfter } from "../retry_after.ts";
import type { SlideFolder } from "../slide_folder/slide_folder.ts";
import { type Job, type SlideJobEvents, stateOf } from "./job.ts";
import type { JobFiles } from "./job_files.ts";
import { searchUnknown } from "./problems.ts";
import { runSearch } from "./run_search.ts";
import type { SearchRequest } from "./search_request.ts";
import type { JobHead } from "./search_state.ts";

/** Everything that a {@linkcode JobQueue} needs. */
interface QueueDeps {
  readonly files: JobFiles;
  readonly folder: Pick<SlideFolder, "locate">;
  readonly classifier: () => Classifier | undefined;
  readonly events: SlideJobEvents;
  /** All searches, to find journals that can be reused. */
  readonly jobs: ReadonlyMap<string, Job>;
  readonly config: Pick<Config, "maxSlides" | "maxQueuedSlides">;
  /** Called when a search has ended and its files are written. */
  readonly ended: (job: Job) => Promise<void>;
}

/** The end of a search: its final state, and its problem or result. */
type Outcome = Pick<JobHead, "state" | "problem"> & { readonly result?: unknown };

/** Runs searches in the order in which they were added, up to MAX_SLIDES at the same time. */
export class JobQueue {
  readonly #deps: QueueDeps;
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();
  #stopReason: Problem | undefined;

  constructor(deps: QueueDeps) {
    this.#deps = deps;
  }

  load(): { readonly running: number; readonly queued: number } {
    return { running: this.#running.size, queued: this.#waiting.length };
  }

  /** @throws {Problem} `overloaded` when too many searches wait. */
  checkRoom(): void {
    const { maxSlides, maxQueuedSlides } = this.#deps.config;
    if (this.#running.size + this.#waiting.length < maxSlides + maxQueuedSlides) return;
    const seconds = overloadRetryAfter(Infinity);
    throw new Problem(
      "overloaded",
      `${this.#running.size} slides are searched and ${this.#waiting.length} wait; at most ` +
        `${maxQueuedSlides} may wait. Try again in ${seconds} s.`,
      { retryAfterSeconds: seconds },
    );
  }

  /** Adds a search that has not ended. */
  add(job: Job): void {
    this.#waiting.push(job);
    this.#next();
  }

  /** Stops a search. One that has ended stays as it is. */
  async cancel(job: Job): Promise<void> {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      await this.#end(job, { state: "cancelled" }, 0);
    } else if (job.running !== undefined) {
      job.running.controller.abort(
        new Problem("search_cancelled", "The search was cancelled; start it again to go on."),
      );
      await job.running.ended;
    }
  }

  /** Stops all searches. They continue after the next start. */
  async stop(reason: Problem): Promise<void> {
    this.#stopReason = reason;
    for (const job of [...this.#waiting, ...this.#running]) {
      for (const watcher of job.watchers) watcher.stopped(reason);
    }
    this.#waiting.length = 0;
    await Promise.all(
      [...this.#running].map(({ running }) => {
        running?.controller.abort(reason);
        return running?.ended;
      }),
    );
  }

  #next(): void {
    while (this.#running.size < this.#deps.config.maxSlides && this.#stopReason === undefined) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.add(job);
      const controller = new AbortController();
      const ended = this.#run(job, controller.signal).finally(() => {
        this.#running.delete(job);
        delete job.running;
        this.#next();
      });
      job.running = { controller, ended };
    }
  }

  /** Runs a search to its end. Does not throw. */
  async #run(job: Job, signal: AbortSignal): Promise<void> {
    const { files, folder, classifier, events } = this.#deps;
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    job.head = { ...job.head, state: "running" };
    tell(job);
    try {
      const model = classifier();
      if (model?.bundle.manifest.network.sha256 !== job.head.model) {
        throw new Problem(
          "model_unknown",
          "The model has changed since the search began; search the slide again.",
        );
      }
      const file = await files.read(job.head);
      if (file?.request === undefined) throw searchUnknown(job.head.id);
      await this.#reuseJournal(job);
      const result = await runSearch({
        classifier: model,
        place: await folder.locate(job.head.slide),
        identity: job.head.identity,
        request: file.request as SearchRequest,
        path: files.pathOf(job.head),
        signal,
        onProgress({ tilesDone, tiles }) {
          const before = job.progress?.tilesDone;
          if (before !== undefined) events.tilesSearched(tilesDone - before);
          job.progress = { tilesDone, tiles };
          tell(job);
        },
      });
      await this.#end(job, { state: "done", result }, seconds());
    } catch (thrown) {
      if (this.#stopReason !== undefined) return;
      await this.#end(job, this.#outcomeOf(files.named(thrown)), seconds());
    }
  }

  /** Returns the outcome of a search that threw an error. */
  #outcomeOf(thrown: unknown): Outcome {
    if (!(thrown instanceof Problem) || thrown.code === "internal") {
      this.#deps.events.trouble(`The search of a slide failed: ${messageOf(thrown)}`);
      const message = "The search failed; the log of the service has the cause.";
      return { state: "failed", problem: { code: "internal", message } };
    }
    const { code, message } = thrown;
    return code === "search_cancelled"
      ? { state: "cancelled" }
      : { state: "failed", problem: { code, message } };
  }

  /** Writes the outcome of a search and informs its watchers. */
  async #end(job: Job, { result, ...outcome }: Outcome, seconds: number): Promise<void> {
    const { files, events, ended } = this.#deps;
    job.bytes = await files.sizeOf(job.head);
    const head = { ...job.head, ...outcome, endedAt: new Date().toISOString() };
    try {
      const { request } = await files.read(job.head) ?? {};
      await files.write({ ...head, request, result });
      job.head = head;
    } catch (thrown) {
      const message = messageOf(thrown);
      events.trouble(`The end of search ${head.id} cannot be written: ${message}`);
      job.head = { ...head, state: "failed", problem: { code: "results_unavailable", message } };
    }
    events.searchEnded(stateOf(job), seconds);
    tell(job);
    await ended(job).catch((thrown) => events.trouble(messageOf(thrown)));
  }

  /** Takes the journal of a search that differs only in how mitoses are counted. */
  async #reuseJournal({ head }: Job): Promise<void> {
    const { files, jobs } = this.#deps;
    if (await files.hasJournal(head)) return;
    const other = jobs.values().find(({ head: { slide, state, journalKey } }) =>
      slide === head.slide && state === "done" && journalKey === head.journalKey
    );
    if (other !== undefined) await files.copyJournal(other.head, head);
  }
}

function tell(job: Job): void {
  for (const { changed } of job.watchers) changed(stateOf(job));
}
