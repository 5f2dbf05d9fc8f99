/// <reference lib="dom" />
import { isEmptyReview, type PictureReview } from "./decision.ts";
import { readReview, writeReview } from "./review_json.ts";

/** Reviews are stored in the browser under this and the SHA-256 of the picture's file. */
const PREFIX = "mitosis-review:";

/**
 * Saves the review of a picture in this browser, without the picture and its name.
 *
 * @returns Whether it is saved. A browser refuses when its storage is full or switched off.
 */
export function saveReview(sha256: string, review: PictureReview): boolean {
  try {
    if (isEmptyReview(review)) localStorage.removeItem(PREFIX + sha256);
    else localStorage.setItem(PREFIX + sha256, JSON.stringify(writeReview(review)));
    return true;
  } catch {
    return false;
  }
}

/** Returns the review that is saved for a picture, or undefined if there is none that can be read. */
export function savedReview(sha256: string, newId: () => number): PictureReview | undefined {
  try {
    const text = localStorage.getItem(PREFIX + sha256);
    return text === null ? undefined : readReview(JSON.parse(text), newId);
  } catch {
    return undefined;
  }
}

/** Returns the number of pictures whose reviews are saved in this browser. */
export function countSaved(): number {
  return savedKeys().length;
}

/** Deletes all reviews that are saved in this browser. */
export function deleteSaved(): void {
  for (const key of savedKeys()) localStorage.removeItem(key);
}

function savedKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

/**
 * Returns the SHA-256 of a file as hexadecimal digits, or undefined where the browser does not compute it:
 * it does so only for pages that come by HTTPS or from this computer.
 */
export async function sha256Of(file: Blob): Promise<string | undefined> {
  if (globalThis.crypto?.subtle === undefined) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
