import { Problem } from "../errors.ts";
import { overloadRetryAfter } from "../retry_after.ts";
import type { FieldNeeds } from "./field.ts";

/** The memory that a process may use. */
export interface MemoryLimits {
  /** Memory set for the service, of the container or of the machine, in bytes; Infinity if unknown. */
  readonly limitBytes: number;
  /** The share of it that the process may use, 0 to 1. */
  readonly maxShare: number;
  /** Memory that the process needs for everything but fields, in bytes. */
  readonly otherBytes: number;
}

/** How often a field that waits looks again at the memory of the process, in milliseconds. */
const POLL_INTERVAL_MS = 200;

/** How long a field waits for memory while no other field holds any, in milliseconds. */
const MAX_WAIT_MS = 5000;

/**
 * Admits fields by the memory that they take, so that the kernel never ends the process for using too
 * much. Each field declares its peak before its pixels are decoded. Both must fit below the limit: the
 * peaks of all fields with `otherBytes`, and the memory that the process has now with the new peak.
 * Fields are admitted in the order in which they ask.
 */
export class MemoryBudget {
  readonly #limits: MemoryLimits;
  readonly #residentBytes: () => number;
  #giveBack: () => void = () => {};
  #heldBytes = 0;
  #lastTurn: Promise<unknown> = Promise.resolve();

  /** @param residentBytes Returns the memory that the process has now. */
  constructor(limits: MemoryLimits, residentBytes: () => number) {
    this.#limits = limits;
    this.#residentBytes = residentBytes;
  }

  /** Sets what is called when a field has to wait: it gives back memory that is kept for later. */
  onShortage(giveBack: () => void): void {
    this.#giveBack = giveBack;
  }

  /** Bytes that the process may use, fields included. */
  get maxBytes(): number {
    return this.#limits.limitBytes * this.#limits.maxShare;
  }

  /**
   * Refuses when the process has passed its share already: for a field whose header is not read yet.
   *
   * @throws {Problem} `overloaded`.
   */
  check(): void {
    if (this.#residentBytes() > this.maxBytes) throw this.#overloaded();
  }

  /**
   * Waits until a field fits.
   *
   * @returns A function that gives the memory back; a second call has no effect.
   * @throws {Problem} `image_too_large` when it can never fit; `overloaded` when no other field holds the
   * memory that is missing; the reason of `signal` when it fires.
   */
  async acquire(request: FieldNeeds, signal?: AbortSignal): Promise<() => void> {
    if (request.bytes + this.#limits.otherBytes > this.maxBytes) throw this.#tooLarge(request);
    const turn = this.#lastTurn.then(() => this.#wait(request.bytes, signal));
    this.#lastTurn = turn.catch(() => {});
    await turn;
    let isHeld = true;
    return () => {
      if (isHeld) this.#heldBytes -= request.bytes;
      isHeld = false;
    };
  }

  async #wait(bytes: number, signal?: AbortSignal): Promise<void> {
    let waitedMs = 0;
    for (; !this.#fits(bytes); waitedMs += POLL_INTERVAL_MS) {
      signal?.throwIfAborted();
      if (waitedMs === 0) this.#giveBack();
      // Other fields give their memory back when they end; nothing else is sure to.
      if (this.#heldBytes > 0) waitedMs = 0;
      if (waitedMs >= MAX_WAIT_MS) throw this.#overloaded();
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    signal?.throwIfAborted();
    this.#heldBytes += bytes;
  }

  #fits(bytes: number): boolean {
    const used = Math.max(this.#residentBytes(), this.#heldBytes + this.#limits.otherBytes);
    // The memory of the process is NaN on platforms that do not tell it.
    return !(used + bytes > this.maxBytes);
  }

  #overloaded(): Problem {
    const seconds = overloadRetryAfter(2 * MAX_WAIT_MS);
    return new Problem(
      "overloaded",
      `The service uses ${gigabytes(this.#residentBytes())} of the ${
        gigabytes(this.maxBytes)
      } of memory that it may use, and has none left for another field. Try again in ${seconds} s.`,
      { retryAfterSeconds: seconds },
    );
  }

  #tooLarge({ bytes, width, height }: FieldNeeds): Problem {
    return new Problem(
      "image_too_large",
      `The image has ${width} x ${height} pixels; to search it takes ${
        gigabytes(bytes)
      } of memory, and the service has ${
        gigabytes(Math.max(0, this.maxBytes - this.#limits.otherBytes))
      } for fields (MEMORY_LIMIT_BYTES is ${
        gigabytes(this.#limits.limitBytes)
      }). Cut it into parts, or save it with 8 bits per sample.`,
    );
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
