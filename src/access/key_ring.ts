import { createHash, timingSafeEqual } from "node:crypto";

/** Checks API keys. */
export interface KeyRing {
  /** Whether clients need a key. */
  readonly isKeyNeeded: boolean;
  /** Returns whether `key` is one of the keys. Takes the same time for every key, right or wrong. */
  accepts(key: string): boolean;
}

/**
 * Creates a key ring. It compares the SHA-256 digests of all keys in constant time, so that the time of
 * an answer reveals nothing about a key.
 *
 * @param getKeys Returns the current keys. It is called for every check, because keys may change while
 * the service runs. It must return the same array until they change.
 * @param isKeyNeeded Whether clients need a key. If they do and there are no keys yet, none is accepted.
 *
 * @example
 * ```ts
 * import { keyRing } from "./key_ring.ts";
 * import { equal } from "node:assert/strict";
 *
 * const keys = ["first", "second"];
 * const ring = keyRing(() => keys, true);
 * equal(ring.accepts("second"), true);
 * equal(ring.accepts("secon"), false);
 * ```
 */
export function keyRing(getKeys: () => readonly string[], isKeyNeeded: boolean): KeyRing {
  let hashedKeys: readonly string[] = [];
  let digests: Uint8Array[] = [];
  const currentDigests = () => {
    const keys = getKeys();
    if (keys !== hashedKeys) {
      hashedKeys = keys;
      digests = keys.map(sha256);
    }
    return digests;
  };
  return {
    isKeyNeeded,
    accepts(key) {
      const received = sha256(key);
      let isFound = false;
      for (const digest of currentDigests()) isFound = timingSafeEqual(digest, received) || isFound;
      return isFound;
    },
  };
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
