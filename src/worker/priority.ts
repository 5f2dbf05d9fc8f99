import { getPriority, setPriority } from "node:os";

/**
 * Difference of the *nice* values of a computing thread and the serving thread. When both want the same
 * core, a difference of 5 gives the serving thread three times as much of it as the computing thread.
 */
const NICE_STEPS = 5;

/** The largest nice value of Linux, which is the lowest priority. */
const MAX_NICE = 19;

/**
 * Lowers the priority of the calling thread (raises its *nice* value), so that refusals and health
 * checks do not wait for a network that is running. Only Linux can do this for one thread. On other
 * systems, or without the permission, this function has no effect.
 */
export function lowerPriority(): void {
  if (Deno.build.os !== "linux") return;
  try {
    setPriority(Math.min(MAX_NICE, getPriority() + NICE_STEPS));
  } catch {
    // Without the permission, the service only answers more slowly under load.
  }
}
