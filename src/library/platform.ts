/**
 * What differs between platforms. The npm package replaces this file (`deploy/npm`).
 *
 * @module
 */
export { openSlide } from "./open_slide.ts";

/** Maximum number of Workers that run the network. */
export const MAX_WORKERS = 64;

/** Whether the platform reads files and folders. */
export const READS_FILES = true;
