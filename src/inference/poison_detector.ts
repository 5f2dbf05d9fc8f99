/** Number of deaths by which a batch counts as poison, if no inference worker died without running it. */
const MAX_DEATHS = 2;
/**
 * Number of deaths by which a batch counts as poison, if workers also died without running it. It is higher
 * because some of the deaths may be unrelated to the batch.
 */
const MAX_DEATHS_WHILE_OTHERS_DIE = 4;
/** How long a death counts, in milliseconds. */
const DEATH_WINDOW_MS = 60_000;

/**
 * Finds poison inputs: inputs that kill every inference worker that runs them (a "poison message"
 * in message queues). It counts the deaths of the last minute. An input that two workers died of is
 * poison, if no other worker died. Otherwise an input is poison when four workers died of it.
 *
 * @example
 * ```ts
 * import { PoisonDetector } from "./poison_detector.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const detector = new PoisonDetector();
 * const [bad, good] = [{}, {}];
 * detector.recordDeath(bad, 0);
 * detector.recordDeath(bad, 100);
 * deepEqual([detector.isPoison(bad, 100), detector.isPoison(good, 100)], [true, false]);
 * ```
 */
export class PoisonDetector {
  #deaths: { readonly input: object | undefined; readonly at: number }[] = [];

  /**
   * Records that an inference worker died.
   *
   * @param input The input that it was running, compared by identity; undefined when it ran none.
   * @param now Current time in milliseconds, of any clock that does not go back.
   */
  recordDeath(input: object | undefined, now: number): void {
    this.#deaths = this.#deaths.filter(({ at }) => now - at < DEATH_WINDOW_MS);
    this.#deaths.push({ input, at: now });
  }

  /** Reports whether the input has killed so many workers that it must not be tried again. */
  isPoison(input: object, now: number): boolean {
    const recent = this.#deaths.filter(({ at }) => now - at < DEATH_WINDOW_MS);
    const deaths = recent.filter((death) => death.input === input).length;
    const others = recent.length - deaths;
    return deaths >= (others === 0 ? MAX_DEATHS : MAX_DEATHS_WHILE_OTHERS_DIE);
  }
}
