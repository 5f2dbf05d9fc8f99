/**
 * Replaces `src/library/platform.ts` in Node and Bun, which have other Workers than Deno.
 *
 * @module
 */
export { openSlide } from "../../src/library/open_slide.ts";

/** The network runs in the calling thread. */
export const MAX_WORKERS = 0;

/** Files and folders are read. */
export const READS_FILES = true;
