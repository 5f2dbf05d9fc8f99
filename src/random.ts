/**
 * Creates a generator of pseudorandom numbers (mulberry32, by Tommy Ettinger, public domain). The same
 * seed gives the same numbers in every run.
 *
 * @param seed Any whole number. Only its lowest 32 bits are used.
 * @returns A function that returns the next number, from 0 (inclusive) to 1 (exclusive).
 *
 * @example
 * ```ts
 * import { seededRandom } from "./random.ts";
 * import { equal, ok } from "node:assert/strict";
 *
 * const [first, second] = [seededRandom(7), seededRandom(7)];
 * equal(first(), second());
 * ok(first() < 1);
 * ```
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
