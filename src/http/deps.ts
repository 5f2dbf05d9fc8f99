import type { RequestIdVariables } from "hono/request-id";
import type { Config } from "../config.ts";
import type { Classifier } from "../patch/classifier.ts";
import { Problem } from "../errors.ts";

/** The settings that the app itself looks at. */
export type AppConfig = Pick<Config, "corsEnable" | "corsOrigins" | "maxBodyBytes" | "maxImages">;

/** What the app is given from outside. */
export interface AppDeps {
  readonly config: AppConfig;
  /** The model, or undefined while it is loaded or after it was put down. */
  readonly classifier: () => Classifier | undefined;
  /** Told of what went wrong inside, which the client does not get to see. */
  readonly reportError: (thrown: unknown, requestId: string) => void;
}

/** What middleware leaves for the routes. */
export interface AppEnv {
  Variables: RequestIdVariables;
}

/**
 * The model, for a route that cannot do without it.
 *
 * @throws {Problem} `not_ready`.
 */
export function readyClassifier({ classifier }: AppDeps): Classifier {
  const ready = classifier();
  if (ready === undefined) {
    throw new Problem("not_ready", "The model is not loaded at the moment; try again in a second.");
  }
  return ready;
}
