import process from "node:process";
import type { Config } from "../config.ts";
import type { MemoryLimits } from "../search/memory_budget.ts";

/**
 * Memory that the process needs for everything but fields, in bytes. Measured under load with four
 * inference workers: 320 MB at most (docs/production.md).
 */
const BASE_BYTES = 250e6;
const BYTES_PER_INFERENCE_WORKER = 30e6;

/** Memory for the Worker that draws pictures of slides: four open slides and two large pictures. */
const SLIDE_READER_BYTES = 300e6;

/** Memory for each slide that is searched: its Worker with decoded tiles and the overview. */
const BYTES_PER_SLIDE = 250e6;

/**
 * Returns the memory limits. The total comes from the settings; else from the container, if it has a
 * limit; else from the machine.
 */
export function memoryLimits(
  { memoryLimitBytes, maxMemoryPercent, inferenceWorkers, slidesDir, resultsDir, maxSlides }: Pick<
    Config,
    | "memoryLimitBytes"
    | "maxMemoryPercent"
    | "inferenceWorkers"
    | "slidesDir"
    | "resultsDir"
    | "maxSlides"
  >,
): MemoryLimits {
  const readerBytes = slidesDir === "" ? 0 : SLIDE_READER_BYTES;
  const slideBytes = slidesDir === "" || resultsDir === "" ? 0 : BYTES_PER_SLIDE * maxSlides;
  return {
    limitBytes: memoryLimitBytes > 0 ? memoryLimitBytes : systemLimitBytes(),
    maxShare: maxMemoryPercent / 100,
    otherBytes: BASE_BYTES + BYTES_PER_INFERENCE_WORKER * inferenceWorkers + readerBytes +
      slideBytes,
  };
}

/** Returns the memory of the container or the machine; Infinity when it is not known. */
function systemLimitBytes(): number {
  try {
    const ofMachine = Deno.systemMemoryInfo().total;
    const ofContainer = process.constrainedMemory();
    // Without a limit, the cgroup reports a number beyond any machine, or 0.
    return ofContainer > 0 && ofContainer < ofMachine ? ofContainer : ofMachine;
  } catch {
    return Infinity;
  }
}
