import type { Problem, ProblemCode } from "../errors.ts";
import type { JobHead, SearchState } from "./search_state.ts";

/** Is told of a search's changes. */
export interface Watcher {
  /** The state or the progress has changed. */
  changed(state: SearchState): void;
  /** The process stops, and the search with it, until the next start. */
  stopped(reason: Problem): void;
}

/** What an operator may want to see. */
export interface SlideJobEvents {
  /** A search has ended, after so many seconds in this process. */
  searchEnded(state: SearchState, seconds: number): void;
  /** Tiles were searched. */
  tilesSearched(tiles: number): void;
  /** Something went wrong that no client is told. The text names no file of a slide. */
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

/** Returns what is known of a search. */
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
