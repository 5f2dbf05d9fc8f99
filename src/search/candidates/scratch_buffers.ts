/**
 * Keeps buffers of int32 numbers, so that all tiles use the same memory. To allocate
 * a new buffer for each tile would take as much time as to fill it.
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
   * Returns a buffer of `length` numbers, which need not be 0. If a buffer of this name was taken
   * before and is long enough, returns the same memory: its earlier user must then have finished.
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
