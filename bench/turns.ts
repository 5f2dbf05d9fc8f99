/** Something to time; it is told the number of the round. */
export type Run = (round: number) => Promise<unknown>;

/** Rounds that are run first and not counted. */
const WARM_UP = 50;

/**
 * Milliseconds of each of `runs` in each round. In every round each runs once, in turn, so that a busy
 * machine disturbs all alike: only their ratios mean something.
 *
 * @example
 * ```ts
 * import { timeInTurn } from "./turns.ts";
 * import { equal } from "node:assert/strict";
 *
 * const [all] = await timeInTurn([() => Promise.resolve()], 20);
 * equal(all?.length, 20);
 * ```
 */
export async function timeInTurn(
  runs: readonly Run[],
  rounds: number,
  warmUp = WARM_UP,
): Promise<number[][]> {
  const times = runs.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      await run(round + warmUp);
      if (round >= 0) times[i]?.push(performance.now() - start);
    }
  }
  return times;
}

/**
 * The value below which a share of all values lies; NaN for none.
 *
 * @example
 * ```ts
 * import { quantile } from "./turns.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(quantile([4, 1, 3, 2], 0.5), 3);
 * ```
 */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}
