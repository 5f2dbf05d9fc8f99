import { messageOf, Problem } from "../errors.ts";
import { jsonError, type Output } from "./output.ts";

/** Prints and counts the files of a data set that cannot be read. */
export interface FailureReporter {
  /** The number of failures so far. */
  readonly count: number;
  /**
   * Prints a failure and counts it.
   *
   * @throws {Problem} `data_invalid`, with `--strict`.
   */
  add(name: string, thrown: unknown): void;
}

/**
 * Creates a reporter.
 *
 * @param kind The kind of file, in the singular: `patch`.
 * @param isStrict Whether the first failure ends the run.
 */
export function failureReporter(output: Output, kind: string, isStrict: boolean): FailureReporter {
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(name, thrown) {
      count++;
      const message = messageOf(thrown);
      if (isStrict) {
        throw new Problem(
          "data_invalid",
          `The ${kind} '${name}' cannot be read: ${message.replace(/\.?$/, ".")}`,
        );
      }
      output.failure(`${name}  failed: ${message}`, { file: name, error: jsonError(thrown) });
    },
  };
}
