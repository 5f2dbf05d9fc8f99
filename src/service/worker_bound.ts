/** Inference workers that are started for each core at most. */
const MAX_WORKERS_PER_CORE = 4;

/** How many inference workers are started, and what the operator should know about that. */
export interface WorkerBound {
  readonly inferenceWorkers: number;
  /** One sentence, where there are more inference workers than cores. */
  readonly warning?: string;
}

/**
 * Bounds INFERENCE_WORKERS by the number of cores. Each inference worker computes without a pause, so that
 * more than the cores score nothing faster; each takes some 30 MB of memory.
 */
export function boundWorkers(
  inferenceWorkers: number,
  cores: number = navigator.hardwareConcurrency,
): WorkerBound {
  if (inferenceWorkers <= cores) return { inferenceWorkers };
  const started = Math.min(inferenceWorkers, MAX_WORKERS_PER_CORE * cores);
  const extent = started < inferenceWorkers
    ? `${started} are started, ${MAX_WORKERS_PER_CORE} for each core`
    : "more than one for each core score nothing faster and take memory";
  return {
    inferenceWorkers: started,
    warning: `INFERENCE_WORKERS is ${inferenceWorkers}, and this machine has ${cores} ` +
      `${cores === 1 ? "core" : "cores"}: ${extent}.`,
  };
}
