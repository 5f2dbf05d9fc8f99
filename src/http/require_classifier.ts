import { Problem } from "../errors.ts";
import type { Classifier } from "../patch/classifier.ts";
import { START_RETRY_AFTER_SECONDS } from "../retry_after.ts";
import type { AppDeps } from "./app_context.ts";

/**
 * Returns the model, for routes that need it.
 *
 * @throws {Problem} `not_ready` before the model is loaded, `stopping` when the service accepts no new
 * requests. Both carry `retryAfterSeconds`.
 */
export function requireClassifier({ classifier, state }: AppDeps): Classifier {
  if (state() === "draining") throw stoppingProblem();
  const loaded = classifier();
  if (loaded === undefined) {
    throw new Problem(
      "not_ready",
      `The model is not loaded yet. Try again in ${START_RETRY_AFTER_SECONDS} s.`,
      { retryAfterSeconds: START_RETRY_AFTER_SECONDS },
    );
  }
  return loaded;
}

/** Returns the problem of requests that a stopping service does not take or cannot finish. */
export function stoppingProblem(): Problem {
  return new Problem(
    "stopping",
    "The service is stopping. Send the request to another instance, or try again in " +
      `${START_RETRY_AFTER_SECONDS} s.`,
    { retryAfterSeconds: START_RETRY_AFTER_SECONDS },
  );
}
