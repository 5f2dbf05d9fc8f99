/**
 * Replaces `src/library/platform.ts` in browsers.
 *
 * @module
 */
import { Problem } from "../../../src/errors.ts";
import type { OpenSlide } from "../../../src/library/types.ts";

/** Slides are read from files, which a browser cannot open by name. */
export function openSlide(): Promise<OpenSlide> {
  return Promise.reject(
    new Problem(
      "image_unsupported",
      "Slides are not opened in browsers; use Deno, Node or Bun. Patches and fields work here.",
    ),
  );
}

/** The network runs in the calling thread. */
export const MAX_WORKERS = 0;

/** No files are read by name. */
export const READS_FILES = false;
