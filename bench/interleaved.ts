/** A function to time. It is called with the number of the round. */
export type TimedFunction = (round: number) => Promise<unknown>;

/** Default number of rounds that are run first and not measured. */
const WARM_UP_ROUNDS = 50;

/**
 * Times several functions in turn: in each round, every function is called once. So other load on the
 * machine slows all functions equally, and the ratios of their times are meaningful.
 *
 * @returns For each function, its time in each round, in milliseconds.
 *
 * @example
 * ```ts
 * import { timeInterleaved } from "./interleaved.ts";
 * import { equal } from "node:assert/strict";
 *
 * const [times] = await timeInterleaved([() => Promise.resolve()], 20);
 * equal(times?.length, 20);
 * ```
 */
export async function timeInterleaved(
  functions: readonly TimedFunction[],
  rounds: number,
  warmUpRounds = WARM_UP_ROUNDS,
): Promise<number[][]> {
  const times = functions.map((): number[] => []);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const [i, run] of functions.entries()) {
      const start = performance.now();
      await run(round + warmUpRounds);
      if (round >= 0) times[i]?.push(performance.now() - start);
    }
  }
  return times;
}
