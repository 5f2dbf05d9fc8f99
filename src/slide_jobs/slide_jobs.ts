import type { Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import type { FinishedSlide } from "../slide_search/finish_slide.ts";
import type { Watcher } from "./job.ts";
import type { ResultFormatName } from "./result_formats.ts";
import type { SearchState } from "./search_state.ts";

/** The result of a search, without the detections. */
export interface SearchResult extends FinishedSlide {
  /** The files of the result. */
  readonly formats: readonly ResultFormatName[];
}

/** Numbers of searches, for the metrics. */
export interface SlideJobLoad {
  readonly running: number;
  readonly queued: number;
  /** Size of all results, in bytes. */
  readonly bytes: number;
}

/** The searches of slides. They survive a restart, because RESULTS_DIR has their journals and results. */
export interface SlideJobs {
  /** Locks the folder and continues the searches that have not ended. Call it once the model is loaded. */
  start(): Promise<void>;
  /**
   * Starts a search, or returns the one with the same slide, options and model. One that failed or was
   * cancelled goes on.
   *
   * @throws {Problem} the problem of the slide or of an option; `overloaded` when too many searches wait;
   * `results_full`, `results_unavailable`.
   */
  create(slide: string, document: unknown, manifest: Manifest): Promise<SearchState>;
  /** @throws {Problem} `search_unknown`, `results_unavailable`. */
  get(slide: string, id: string): SearchState;
  /** Returns the result of a search that is done, and the formats in which it exists. */
  resultOf(state: SearchState): Promise<SearchResult>;
  /** Returns the search of a slide that was started last; undefined if there is none. */
  last(slide: string): SearchState | undefined;
  /** Stops a search that waits or runs. Resolves when it has stopped. */
  cancel(slide: string, id: string): Promise<SearchState>;
  /**
   * Tells a watcher of every change until the returned function is called.
   *
   * @throws {Problem} `overloaded` when there are too many watchers; as {@linkcode SlideJobs.get}.
   */
  watch(slide: string, id: string, watcher: Watcher): () => void;
  /**
   * Opens a file of a result. The caller closes it.
   *
   * @throws {Problem} `search_not_done`; `search_unknown` for a format that the result does not have.
   */
  openResult(slide: string, id: string, format: ResultFormatName): Promise<Deno.FsFile>;
  load(): SlideJobLoad;
  /** Stops all searches with a problem. They continue after the next start. */
  stop(reason: Problem): Promise<void>;
}
