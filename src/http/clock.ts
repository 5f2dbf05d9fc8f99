/** The source of time for the HTTP app. */
export interface Clock {
  /** Returns milliseconds since a fixed moment. The value never decreases. */
  now(): number;
  /** Calls `callback` once after a delay in milliseconds. Returns a function that cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
