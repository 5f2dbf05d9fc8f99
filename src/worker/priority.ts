import { getPriority, setPriority } from "node:os";

/** Where both want a processor, the thread that answers gets three times as much of it as one that computes. */
const STEPS = 5;

/** Linux knows no lower priority. */
const LOWEST = 19;

/**
 * Lets the thread that answers clients go before this one, which computes: a refusal or a health check
 * then need not wait until a network has been run. Only Linux can do that for one thread; elsewhere,
 * and where it is not permitted, all threads stay equal.
 */
export function lowerPriority(): void {
  if (Deno.build.os !== "linux") return;
  try {
    setPriority(Math.min(LOWEST, getPriority() + STEPS));
  } catch {
    // Not permitted: slower to answer under load, and nothing else.
  }
}
