import type { Problem, ProblemCode } from "../errors.ts";
import type { JobHead, SearchState } from "./search_state.ts";

/** Callbacks for the changes of a search. */
export interface Watcher {
  /** The state or the progress has changed. */
  changed(state: SearchState): void;
  /** The process stops, and the search with it, until the next start. */
  stopped(reason: Problem): void;
}

/** Events for the log and the metrics. */
export interface SlideJobEvents {
  /** A search has ended. `seconds` is its time in this process. */
  searchEnded(state: SearchState, seconds: number): void;
  /** Tiles were searched. */
  tilesSearched(tiles: number): void;
  /** Something failed that no client sees. The message names no file of a slide. */
  trouble(message: string): void;
}

/** A search of this process. */
export interface Job {
  head: JobHead;
  /** Size of its files. */
  bytes: number;
  progress?: SearchState["progress"];
  /** Present while it runs. */
  running?: { readonly controller: AbortController; readonly ended: Promise<void> };
  readonly watchers: Set<Watcher>;
}

/** Returns the state of a search. */
export function stateOf({ head, progress }: Job): SearchState {
  const { id, slide, state, createdAt, endedAt, problem } = head;
  return {
    id,
    slide,
    state,
    createdAt,
    endedAt,
    problem: problem && { code: problem.code as ProblemCode, message: problem.message },
    progress,
  };
}
