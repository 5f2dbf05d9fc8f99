/**
 * Memory for maps that are made tile after tile: to take it anew from the system, and to give it back,
 * costs as much as to fill it.
 *
 * @example
 * ```ts
 * import { ScratchBuffers } from "./scratch_buffers.ts";
 * import { equal } from "node:assert/strict";
 *
 * const memory = new ScratchBuffers();
 * const first = memory.take("sums", 100);
 * equal(memory.take("sums", 80).buffer, first.buffer);
 * ```
 */
export class ScratchBuffers {
  readonly #maps = new Map<string, Int32Array>();

  /**
   * Memory for `length` numbers, with whatever stands in it: what was taken by the same name before,
   * which must not be in use any more, where that is large enough.
   */
  take(name: string, length: number): Int32Array {
    let map = this.#maps.get(name);
    if (map === undefined || map.length < length) {
      map = new Int32Array(length);
      this.#maps.set(name, map);
    }
    return map.subarray(0, length);
  }
}
