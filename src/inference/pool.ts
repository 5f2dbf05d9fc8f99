import { Problem } from "../errors.ts";
import type { Engine, PixelBatch, ProbabilityMaps, RunOptions } from "./engine.ts";
import { type Lane, openLane } from "./lane.ts";
import type { SessionSource } from "./session.ts";

/** A batch that waits for a lane. */
interface Job {
  readonly batch: PixelBatch;
  readonly signal: AbortSignal | undefined;
  readonly result: PromiseWithResolvers<ProbabilityMaps>;
}

/**
 * Runs batches on `size` Workers, first come, first served, so that the thread which serves requests
 * is never blocked.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openPool(source: SessionSource, size: number): Promise<Engine> {
  const lanes = await Promise.all(Array.from({ length: size }, () => openLane(source)));
  const idle: Lane[] = [...lanes];
  const queue: Job[] = [];

  function next(): void {
    while (idle.length > 0) {
      const job = queue.shift();
      if (job === undefined) return;
      if (job.signal?.aborted) {
        job.result.reject(job.signal.reason);
        continue;
      }
      const lane = idle.pop();
      if (lane !== undefined) work(lane, job);
    }
  }

  function work(lane: Lane, job: Job): void {
    lane.run(job.batch).then(job.result.resolve, job.result.reject).finally(() => {
      idle.push(lane);
      next();
    });
  }

  return {
    lanes: size,
    run(batch: PixelBatch, { signal }: RunOptions = {}) {
      const result = Promise.withResolvers<ProbabilityMaps>();
      queue.push({ batch, signal, result });
      next();
      return result.promise;
    },
    close() {
      for (const job of queue.splice(0)) {
        job.result.reject(new Problem("not_ready", "The service is stopping."));
      }
      for (const lane of lanes) lane.terminate();
      return Promise.resolve();
    },
  };
}
