import { Problem } from "../errors.ts";
import { overloadRetryAfter } from "../retry_after.ts";
import type { EngineLoad } from "./engine.ts";

/** The share of the capacity that one request holds while it is in progress. */
export interface Permit {
  /**
   * Changes the number of images that the permit covers, once the request's size is known.
   *
   * @throws {Problem} `overloaded` when the capacity is too small; the permit is not changed.
   */
  resize(images: number): void;
  /** Gives the whole permit back. A second call has no effect. */
  release(): void;
}

/**
 * Admission control: a semaphore over the images that are in progress, which refuses instead of
 * waiting. It refuses a request whose images do not fit beside those in progress, and one that
 * could not start before its deadline. The client is asked to try again after the time that the engine
 * needs for the images in progress, at the measured rate.
 */
export class Admission {
  readonly #capacity: number;
  readonly #load: () => EngineLoad;
  #inUse = 0;

  /**
   * @param capacity Images that may be in progress at the same time, decoded or not.
   * @param load Returns how busy the engine is.
   */
  constructor(capacity: number, load: () => EngineLoad) {
    this.#capacity = capacity;
    this.#load = load;
  }

  /** Images that all permits together cover now. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Time until all images in progress are scored, in milliseconds, at the measured rate. */
  get backlogMs(): number {
    const { alive, waiting, running, msPerPatch } = this.#load();
    return Math.max(this.#inUse, waiting + running) * msPerPatch / Math.max(1, alive);
  }

  /**
   * Admits a request. A request that is larger than the whole capacity is admitted when no other is
   * in progress.
   *
   * @param images Number of images that the request has, or an estimate.
   * @param timeLeftMs Milliseconds until the request's deadline.
   * @throws {Problem} `overloaded` when the images do not fit, or when the images in progress take
   *   longer than `timeLeftMs`.
   */
  acquire(images: number, timeLeftMs: number): Permit {
    this.#checkCapacity(images, this.#inUse);
    const backlogMs = this.backlogMs;
    if (backlogMs > timeLeftMs) {
      throw this.#overloaded(
        `The images in progress take about ${Math.round(backlogMs)} ms, and this request must be ` +
          `answered within ${Math.round(timeLeftMs)} ms`,
      );
    }
    this.#inUse += images;
    let held = images;
    return {
      resize: (wanted) => {
        if (wanted > held) this.#checkCapacity(wanted, this.#inUse - held);
        this.#inUse += wanted - held;
        held = wanted;
      },
      release: () => {
        this.#inUse -= held;
        held = 0;
      },
    };
  }

  /** @param others Images of the other requests in progress. */
  #checkCapacity(images: number, others: number): void {
    if (others > 0 && others + images > this.#capacity) {
      throw this.#overloaded(
        `The request has ${counted(images)}, and ${counted(others)} of other requests are in ` +
          `progress; the limit is ${this.#capacity}`,
      );
    }
  }

  #overloaded(why: string): Problem {
    const seconds = overloadRetryAfter(this.backlogMs);
    return new Problem("overloaded", `${why}. Try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    });
  }
}

function counted(images: number): string {
  return images === 1 ? "1 image" : `${images} images`;
}
