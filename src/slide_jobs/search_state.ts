import { z } from "zod";
import type { ProblemCode } from "../errors.ts";

/** The states of a search. The last three are final, but a failed or cancelled search can be started again. */
export const searchStates = ["queued", "running", "done", "failed", "cancelled"] as const;

/** One of {@linkcode searchStates}. */
export type SearchStateName = typeof searchStates[number];

/** The state of a search, without its result. */
export interface SearchState {
  readonly id: string;
  /** The id of the slide. */
  readonly slide: string;
  readonly state: SearchStateName;
  /** When it was started first, as ISO 8601. */
  readonly createdAt: string;
  /** When it ended, as ISO 8601; undefined before. */
  readonly endedAt: string | undefined;
  /** Why it failed; undefined otherwise. */
  readonly problem: { readonly code: ProblemCode; readonly message: string } | undefined;
  /** Tiles that are searched, and all; undefined before the tissue is found. */
  readonly progress: { readonly tilesDone: number; readonly tiles: number } | undefined;
}

/** Returns whether a search has ended. */
export function hasEnded(state: SearchStateName): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

const headSchema = z.object({
  job: z.literal(1),
  id: z.string(),
  slide: z.string(),
  /** `Slide.identity`: the version of the slide that is searched. */
  identity: z.string(),
  /** SHA-256 of the network. */
  model: z.string(),
  /** Searches of a slide with the same key can use each other's journals. */
  journalKey: z.string(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
  state: z.enum(searchStates),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** The part of a file `job.json` that stays in memory. */
export type JobHead = z.infer<typeof headSchema>;

/** The schema of a file `job.json`: everything to continue a search after a restart, and its outcome. */
export const jobSchema = headSchema.extend({
  /** A {@linkcode SearchRequest}. */
  request: z.unknown().optional(),
  /** The result without the detections; present once the search is done. */
  result: z.unknown().optional(),
});

/** The content of a file `job.json`. */
export type JobFile = z.infer<typeof jobSchema>;

/** Returns the part that stays in memory. */
export function headOf({ request: _request, result: _result, ...head }: JobFile): JobHead {
  return head;
}
