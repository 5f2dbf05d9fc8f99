/**
 * A queue in which one owner's long row of batches cannot keep the others out.
 *
 * Every entry gets a place in line, counted in the units of work (patches) that were handed out
 * before it. An entry that stands alone gets the place at which it came. Those of one owner are
 * spread: each comes {@linkcode SPREAD} times its predecessor's work later. So where others wait, a
 * large request gets a quarter of the service, and where nobody does, all of it. Places only grow,
 * therefore nothing waits for ever. (A form of start-time fair queueing: Goyal, Vin, Cheng 1996.)
 *
 * @example A patch overtakes the tail of a large request
 * ```ts
 * import { FairQueue } from "./fair_queue.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const queue = new FairQueue<string>();
 * const large = {};
 * for (const name of ["a", "b", "c"]) queue.push(name, 8, large);
 * const order = [queue.shift()];
 * queue.push("single", 1);
 * for (let i = 0; i < 3; i++) order.push(queue.shift());
 * deepEqual(order, ["a", "single", "b", "c"]);
 * ```
 */
export class FairQueue<T> {
  /** In the order in which they are handed out. */
  readonly #entries: { readonly item: T; readonly place: number; readonly work: number }[] = [];
  /** Where the next entry of an owner may stand at the earliest. */
  readonly #next = new WeakMap<object, number>();
  /** Units of work that were handed out so far. */
  #served = 0;
  #waiting = 0;

  /** Units of work that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Puts an item in line.
   *
   * @param work How much there is to do for it, in patches.
   * @param owner Whose it is, by identity; none where it stands alone.
   */
  push(item: T, work: number, owner?: object): void {
    const next = owner === undefined ? undefined : this.#next.get(owner);
    const place = Math.max(this.#served, next ?? 0);
    if (owner !== undefined) this.#next.set(owner, place + work * SPREAD);
    this.#insert(item, place, work);
  }

  /** Puts an item that was handed out before at the front. */
  putBack(item: T, work: number): void {
    this.#entries.unshift({ item, place: -Infinity, work });
    this.#waiting += work;
  }

  /** Hands out the item whose turn it is, or undefined when none waits. */
  shift(): T | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    this.#waiting -= entry.work;
    this.#served += entry.work;
    return entry.item;
  }

  /** Takes an item out of line before its turn; tells whether it stood there. */
  remove(item: T): boolean {
    const at = this.#entries.findIndex((entry) => entry.item === item);
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    this.#waiting -= entry?.work ?? 0;
    return entry !== undefined;
  }

  /** Behind all that have the same place or one before it. */
  #insert(item: T, place: number, work: number): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.place ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { item, place, work });
    this.#waiting += work;
  }
}

/** One part in this many is what a large request gets of the service while others wait. */
const SPREAD = 4;
