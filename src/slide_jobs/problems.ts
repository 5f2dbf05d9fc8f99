import { Problem } from "../errors.ts";
import { overloadRetryAfter } from "../retry_after.ts";

/** Returns the problem for an id when the slide has no search with that id. */
export function searchUnknown(id: string): Problem {
  return new Problem(
    "search_unknown",
    `The slide has no search '${id.slice(0, 40)}'; its results may have been removed.`,
  );
}

/** Returns the problem of a slide without a scale, for clients of the service. */
export function scaleMissing(): Problem {
  return new Problem(
    "scale_missing",
    "The slide states no scale, and without it the count per mm² is wrong; give mpp, the micrometers " +
      "per pixel, from 0.05 to 2.",
  );
}

/** Returns the problem of a folder of results that has no room for another search. */
export function resultsFull(bytes: number, maxBytes: number): Problem {
  return new Problem(
    "results_full",
    `The results take ${bytes} bytes, and at most ${maxBytes} are kept (RESULTS_MAX_BYTES). Try again ` +
      "when other searches are done.",
  );
}

/** Returns the problem of a stream of events that is one too many. */
export function tooManyWatchers(max: number): Problem {
  const seconds = overloadRetryAfter(Infinity);
  return new Problem(
    "overloaded",
    `${max} streams of events are open; ask for the state as JSON, or try again in ${seconds} s.`,
    { retryAfterSeconds: seconds },
  );
}
