/**
 * Buffers that are reused from tile to tile. To allocate a map anew, and to free it, costs as much time
 * as to fill it.
 *
 * @example
 * ```ts
 * import { ScratchBuffers } from "./scratch_buffers.ts";
 * import { equal } from "node:assert/strict";
 *
 * const buffers = new ScratchBuffers();
 * const first = buffers.take("sums", 100);
 * equal(buffers.take("sums", 80).buffer, first.buffer);
 * ```
 */
export class ScratchBuffers {
  readonly #buffers = new Map<string, Int32Array>();

  /**
   * Returns a buffer of `length` numbers, which holds any values. It is the one that was taken by the
   * same name before where that is long enough, so the former user must have finished with it.
   */
  take(name: string, length: number): Int32Array {
    let buffer = this.#buffers.get(name);
    if (buffer === undefined || buffer.length < length) {
      buffer = new Int32Array(length);
      this.#buffers.set(name, buffer);
    }
    return buffer.subarray(0, length);
  }
}
