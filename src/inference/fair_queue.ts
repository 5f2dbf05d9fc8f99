/** The share of the service that a large request gets while others wait. */
const LARGE_REQUEST_SHARE = 1 / 4;

/** The share that background work, such as the search of a slide, gets while others wait. */
const BACKGROUND_SHARE = 1 / 16;

/**
 * A queue in which one owner's many batches do not delay the batches of others: a form of start-time
 * fair queueing (Goyal, Vin, Cheng 1996).
 *
 * Every entry gets a start tag, and the entry with the lowest tag is served first. Tags are in units of
 * work (patches). The tag of an entry is the amount of work that was served before the entry arrived. If
 * the same owner has pushed another entry before, the tag is at least that entry's tag plus its work
 * divided by {@linkcode LARGE_REQUEST_SHARE}. So a large request gets about a quarter of the service
 * while others wait, and all of it otherwise. Background work gets a sixteenth. The tags of new entries grow
 * with the amount of served work, so that every entry is served in the end.
 *
 * @example A single patch overtakes the last batches of a large request
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
  /** Sorted by start tag. */
  readonly #entries: Entry<T>[] = [];
  /** The lowest start tag that the next entry of an owner may get. */
  readonly #nextStartTag = new WeakMap<object, number>();
  /** Work that was served so far, in patches. */
  #served = 0;
  #waiting = 0;

  /** Work in the queue, in patches, without background work: nothing waits for that. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Adds an item.
   *
   * @param work Computing time that the item needs, in units of one patch.
   * @param owner The request that the item belongs to, compared by identity. Without an owner, the item
   *   counts as a request of its own.
   * @param isBackground Whether the owner's work is background work.
   */
  push(item: T, work: number, owner?: object, isBackground = false): void {
    const next = owner === undefined ? undefined : this.#nextStartTag.get(owner);
    const startTag = Math.max(this.#served, next ?? 0);
    if (owner !== undefined) {
      const share = isBackground ? BACKGROUND_SHARE : LARGE_REQUEST_SHARE;
      this.#nextStartTag.set(owner, startTag + work / share);
    }
    this.#insert({ item, startTag, work, isBackground });
  }

  /** Puts an item that {@linkcode shift} returned back at the front of the queue. */
  putBack(item: T, work: number, isBackground = false): void {
    this.#entries.unshift({ item, startTag: -Infinity, work, isBackground });
    if (!isBackground) this.#waiting += work;
  }

  /** Returns the item that {@linkcode shift} would return, and leaves it in the queue. */
  peek(): T | undefined {
    return this.#entries[0]?.item;
  }

  /** Removes and returns the first item, or undefined when the queue is empty. */
  shift(): T | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    if (!entry.isBackground) this.#waiting -= entry.work;
    this.#served += entry.work;
    return entry.item;
  }

  /** Removes an item from the queue. Returns whether it was there. */
  remove(item: T): boolean {
    const at = this.#entries.findIndex((entry) => entry.item === item);
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    if (entry?.isBackground === false) this.#waiting -= entry.work;
    return entry !== undefined;
  }

  /** Inserts an entry behind all entries with the same or a lower start tag (binary search). */
  #insert(entry: Entry<T>): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.startTag ?? 0) <= entry.startTag) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    if (!entry.isBackground) this.#waiting += entry.work;
  }
}

/** An item that waits. */
interface Entry<T> {
  readonly item: T;
  readonly startTag: number;
  readonly work: number;
  readonly isBackground: boolean;
}
