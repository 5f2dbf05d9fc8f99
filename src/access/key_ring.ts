import { createHash, timingSafeEqual } from "node:crypto";

/** Tells whether a client may come in. */
export interface KeyRing {
  /** Whether any key is asked for at all. */
  readonly locked: boolean;
  /** Whether this is one of the keys; it takes the same time whichever it is, and if it is none. */
  has(key: string): boolean;
}

/**
 * Keeps keys by their SHA-256 and compares those, all of them and in constant time, so that the time
 * of an answer tells nothing about a key.
 *
 * @param keys Any number of keys, given anew at every call: they may change while the service runs.
 *
 * @example
 * ```ts
 * import { keyRing } from "./key_ring.ts";
 * import { equal } from "node:assert/strict";
 *
 * const ring = keyRing(() => ["first", "second"]);
 * equal(ring.has("second"), true);
 * equal(ring.has("secon"), false);
 * ```
 */
export function keyRing(keys: () => readonly string[]): KeyRing {
  let known: readonly string[] = [];
  let digests: Uint8Array[] = [];
  const current = () => {
    const given = keys();
    if (given !== known) {
      known = given;
      digests = given.map(digest);
    }
    return digests;
  };
  return {
    get locked() {
      return current().length > 0;
    },
    has(key) {
      const asked = digest(key);
      let found = false;
      for (const one of current()) found = timingSafeEqual(one, asked) || found;
      return found;
    },
  };
}

function digest(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}
