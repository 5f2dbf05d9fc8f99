import { Problem } from "../errors.ts";
import { overloadRetryAfter } from "../retry_after.ts";
import type { EngineLoad } from "./engine.ts";

/** A request's places among those that are under way. */
export interface Ticket {
  /**
   * Takes more places, or gives some back, once it is known how many images the request has.
   *
   * @throws {Problem} `overloaded`; the ticket keeps the places that it had.
   */
  resize(places: number): void;
  /** Gives all places back. */
  leave(): void;
}

/**
 * The door of the service. It lets in as many images as can be answered in time, and tells the others
 * when to come back: after the time that the Workers need for what is under way, at the rate measured
 * over the last runs.
 */
export class Admission {
  readonly #capacity: number;
  readonly #load: () => EngineLoad;
  #held = 0;

  /**
   * @param capacity Images that may be under way at a time, decoded or not.
   * @param load How busy the engine is.
   */
  constructor(capacity: number, load: () => EngineLoad) {
    this.#capacity = capacity;
    this.#load = load;
  }

  /** Places that are taken. */
  get held(): number {
    return this.#held;
  }

  /** Milliseconds until what is under way will be done, at the measured rate. */
  get backlog(): number {
    const { alive, waiting, running, millisecondsEach } = this.#load();
    return Math.max(this.#held, waiting + running) * millisecondsEach / Math.max(1, alive);
  }

  /**
   * Lets a request in. One that is larger than the whole capacity gets in when nobody else is there.
   *
   * @param places How many images it has, or so it seems.
   * @param timeLeft Milliseconds until its deadline.
   * @throws {Problem} `overloaded`, with the time after which to come back.
   */
  enter(places: number, timeLeft: number): Ticket {
    this.#check(places);
    const backlog = this.backlog;
    if (backlog > timeLeft) {
      throw this.#refuse(
        `What is under way takes about ${Math.round(backlog)} ms, and this request has ` +
          `${Math.round(timeLeft)} ms`,
      );
    }
    this.#held += places;
    let taken = places;
    return {
      resize: (wanted) => {
        if (wanted > taken) this.#check(wanted - taken);
        this.#held += wanted - taken;
        taken = wanted;
      },
      leave: () => {
        this.#held -= taken;
        taken = 0;
      },
    };
  }

  #check(places: number): void {
    if (this.#held > 0 && this.#held + places > this.#capacity) {
      throw this.#refuse(`${this.#held} images are under way and ${places} more do not fit`);
    }
  }

  #refuse(why: string): Problem {
    const seconds = overloadRetryAfter(this.backlog);
    return new Problem("overloaded", `${why}; try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    });
  }
}
