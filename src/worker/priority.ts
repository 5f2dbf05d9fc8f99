import { getPriority, setPriority } from "node:os";

/**
 * How much nicer a computing thread is than the serving thread. Where both want the same core, five
 * steps give the serving thread three times the share of the computing one.
 */
const NICE_STEPS = 5;

/** The nicest value that Linux has, which is the lowest priority. */
const MAX_NICE = 19;

/**
 * Lowers the priority of the calling thread (raises its *nice* value), so that refusals and health
 * checks do not wait for a network that is running. Only Linux can do this for one thread. Elsewhere, or
 * without the permission, all threads keep the same priority.
 */
export function lowerPriority(): void {
  if (Deno.build.os !== "linux") return;
  try {
    setPriority(Math.min(MAX_NICE, getPriority() + NICE_STEPS));
  } catch {
    // Without the permission the service answers more slowly under load; nothing else changes.
  }
}
