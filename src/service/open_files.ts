import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";

/** File descriptors that a Worker takes, measured with Deno 2.9 on Linux. */
const FILES_PER_WORKER = 6;

/**
 * File descriptors for everything except connections and Workers: listening sockets, files that are read,
 * new Workers that start before the old ones have ended, and connections that are being closed.
 */
const SPARE_FILES = 12;

/** Settings that decide how many files the service has open. */
type FileSettings = Pick<Config, "maxConnections" | "inferenceWorkers" | "maxFields">;

/** The maximum number of open connections, and a warning about it. */
export interface ConnectionBound {
  readonly maxConnections: number;
  /** One sentence; present if MAX_CONNECTIONS is more than the limit of open files allows. */
  readonly warning?: string;
}

/**
 * Compares MAX_CONNECTIONS with the number of files that the process may open (`ulimit -n`), because each
 * connection is an open file.
 *
 * @param countFree Returns how many more files can be opened, up to the given number.
 * @throws {Problem} `config_invalid` if no connection could be open.
 */
export function boundConnections(
  { maxConnections, inferenceWorkers, maxFields }: FileSettings,
  countFree: (max: number) => number = countFreeFiles,
): ConnectionBound {
  const threads = inferenceWorkers === 0 ? 0 : inferenceWorkers + maxFields;
  const others = threads * FILES_PER_WORKER + SPARE_FILES;
  const free = countFree(maxConnections + others);
  const possible = free - others;
  if (possible >= maxConnections) return { maxConnections };
  const more = maxConnections - possible;
  if (possible < 1) {
    throw new Problem(
      "config_invalid",
      `The process may open only ${free} more files, and the service needs ${others} besides its ` +
        `connections. Raise the limit of open files (ulimit -n) by ${more}, or lower ` +
        "INFERENCE_WORKERS or MAX_FIELDS.",
    );
  }
  return {
    maxConnections: possible,
    warning:
      `MAX_CONNECTIONS is ${maxConnections}, but the limit of open files (ulimit -n) leaves room ` +
      `for ${possible} connections. At most ${possible} are kept open; raise the limit by ${more}.`,
  };
}

/**
 * Counts how many more files the process can open, by opening them. Deno tells the limit only to programs
 * with all permissions.
 *
 * @param max The number at which counting stops.
 * @returns A number up to `max`; `max` on Windows, or without the permission to read /dev/null.
 */
function countFreeFiles(max: number): number {
  const isKnown = Deno.build.os !== "windows" &&
    Deno.permissions.querySync({ name: "read", path: "/dev/null" }).state === "granted";
  if (!isKnown) return max;
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < max) files.push(Deno.openSync("/dev/null"));
  } catch {
    // The limit is reached.
  } finally {
    for (const file of files) file.close();
  }
  return files.length;
}
