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

/** How often a waiting field checks the memory of the process again, in milliseconds. */
const POLL_INTERVAL_MS = 200;

/** Maximum time that a field waits for memory while no other field is open, in milliseconds. */
const MAX_WAIT_MS = 5000;

/**
 * Admits fields by the memory that they take, so that the kernel never kills the process for using too
 * much. Each field declares its peak before its pixels are decoded. Two sums must stay below the limit:
 * the peaks of all fields plus `otherBytes`, and the current memory of the process plus the new peak.
 * Fields are admitted in the order in which they ask.
 */
export class MemoryBudget {
  readonly #limits: MemoryLimits;
  readonly #residentBytes: () => number;
  #giveBack: () => void = () => {};
  #heldBytes = 0;
  #lastTurn: Promise<unknown> = Promise.resolve();

  /** @param residentBytes Returns the current memory of the process. */
  constructor(limits: MemoryLimits, residentBytes: () => number) {
    this.#limits = limits;
    this.#residentBytes = residentBytes;
  }

  /** Sets the function that is called when a field has to wait. It releases memory that is kept for reuse. */
  onShortage(giveBack: () => void): void {
    this.#giveBack = giveBack;
  }

  /** Bytes that the process may use, fields included. */
  get maxBytes(): number {
    return this.#limits.limitBytes * this.#limits.maxShare;
  }

  /**
   * Refuses a field, before its header is read, if the process already uses more than its share.
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
   * @throws {Problem} `image_too_large` if it can never fit; `overloaded` if the memory is short although no
   * other field is open; the reason of `signal` when it aborts.
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
      // Waits without limit while other fields are open, because each releases memory at its end.
      if (this.#heldBytes > 0) waitedMs = 0;
      if (waitedMs >= MAX_WAIT_MS) throw this.#overloaded();
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    signal?.throwIfAborted();
    this.#heldBytes += bytes;
  }

  #fits(bytes: number): boolean {
    const used = Math.max(this.#residentBytes(), this.#heldBytes + this.#limits.otherBytes);
    // On some platforms the memory of the process is unknown: NaN.
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
