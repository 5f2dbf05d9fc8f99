/** A slide below the folder of slides, before it is opened. */
export interface SlideEntry {
  /** The public name of the slide: {@linkcode slideId} of its path. */
  readonly id: string;
  /** Path below the folder, with `/` between folders; `.` is the folder itself. */
  readonly path: string;
  /** Whether it is a folder of DICOM files. */
  readonly isFolder: boolean;
}

const ID_DIGITS = 24;

/** Matches what {@linkcode slideId} returns. */
export const SLIDE_ID = /^[0-9a-f]{24}$/;

/**
 * Returns the id of a slide: the first 24 hexadecimal digits of the SHA-256 of its path below the folder of
 * slides. It stays the same while the slide is not moved, and does not show the name of the file.
 *
 * @example
 * ```ts
 * import { slideId } from "./slide_entry.ts";
 * import { equal } from "node:assert/strict";
 *
 * // printf %s case/a.svs | sha256sum | cut -c1-24
 * equal(await slideId("case/a.svs"), "0d00a814458d2f5f1add2dde");
 * ```
 */
export async function slideId(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path));
  return new Uint8Array(digest).toHex().slice(0, ID_DIGITS);
}

/** Returns the name of a slide in messages: its id, with the ending of its file. */
export function titleOf({ id, path, isFolder }: SlideEntry): string {
  const [ending = ""] = isFolder ? [] : /\.[A-Za-z0-9]{1,8}$/.exec(path) ?? [];
  return id + ending.toLowerCase();
}
