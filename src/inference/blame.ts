/** An input of which this many lanes died is not tried again. */
const CALM = 2;
/** The same while lanes also die of something else, so that one may have died beside it by chance. */
const STORM = 4;
/** How long the death of a lane is held against the others, in milliseconds. */
const MEMORY = 60_000;

/**
 * Decides whether an input is to blame for the lanes that died while they ran it. Two are proof enough
 * where nothing else dies; where lanes die idle, or of other inputs, two may be chance.
 *
 * @example
 * ```ts
 * import { Blame } from "./blame.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const blame = new Blame();
 * const [bad, good] = [{}, {}];
 * blame.died(bad, 0);
 * blame.died(bad, 100);
 * deepEqual([blame.isGuilty(bad, 100), blame.isGuilty(good, 100)], [true, false]);
 * ```
 */
export class Blame {
  #deaths: { readonly input: object | undefined; readonly at: number }[] = [];

  /**
   * A lane died.
   *
   * @param input What it was running, by identity; undefined where it had begun with nothing.
   * @param now Milliseconds of any clock.
   */
  died(input: object | undefined, now: number): void {
    this.#deaths = this.#deaths.filter(({ at }) => now - at < MEMORY);
    this.#deaths.push({ input, at: now });
  }

  /** Whether the input is not to be tried again. */
  isGuilty(input: object, now: number): boolean {
    const recent = this.#deaths.filter(({ at }) => now - at < MEMORY);
    const killed = recent.filter((death) => death.input === input).length;
    return killed >= (killed === recent.length ? CALM : STORM);
  }
}
