import { messageOf, Problem } from "../errors.ts";
import type { Engine, PixelBatch, ProbabilityMaps, RunOptions, RunResult } from "./engine.ts";
import { FairQueue } from "./fair_queue.ts";
import { type InferenceWorker, WorkerDied } from "./supervised_worker.ts";
import { PoisonDetector } from "./poison_detector.ts";

/** Events that an operator may want to see. The pool recovers from each of them by itself. */
export interface PoolEvents {
  /**
   * An inference worker is replaced by a new one.
   *
   * @param why The cause in detail, for the log.
   */
  workerReplaced?(cause: ReplaceCause, why: string): void;
  /** A new inference worker could not be started; the pool tries again. */
  workerNotStarted?(why: string): void;
  /** A batch was refused because it kills workers. The argument is the SHA-256 of its pixels. */
  inputRefused?(sha256: string): void;
}

/** Why a worker was replaced: it died, or its runtime had allocated too much memory. */
export type ReplaceCause = "died" | "memory";

/** Options of a pool. */
export interface PoolOptions {
  /** A worker whose runtime has allocated more bytes than this is replaced after its run. */
  readonly maxWorkerBytes: number;
  readonly events?: PoolEvents;
}

/** A batch that waits or is being run. */
interface Job {
  readonly batch: PixelBatch;
  readonly options: RunOptions;
  readonly result: PromiseWithResolvers<ProbabilityMaps>;
  readonly queuedAt: number;
  /** Number of workers that died, or whose run failed, while they ran this job. */
  deaths: number;
  /** Removes the listener on the job's abort signal. */
  stopListening(): void;
}

/**
 * Number of workers that may die with a job before the job is refused, even if {@linkcode PoisonDetector}
 * does not find that the job killed them.
 */
const MAX_DEATHS_PER_JOB = 8;
/** Weight of the last run in the exponential moving average of the running time. */
const SMOOTHING = 0.1;
/**
 * Pause between the first and second attempt to start a new worker, in milliseconds. It doubles with each
 * attempt, up to {@linkcode MAX_RESTART_DELAY_MS}.
 */
const MIN_RESTART_DELAY_MS = 100;
/** Longest pause between two attempts to start a new worker, in milliseconds. */
const MAX_RESTART_DELAY_MS = 5000;
/** A worker that dies earlier than this after its start, without a finished run, counts as crashing at once. */
const MIN_LIFETIME_MS = 10_000;

/**
 * Opens a pool of inference workers. Batches wait in a {@linkcode FairQueue}. A worker that crashes,
 * hangs, fails or takes too much memory is replaced while the others continue. The batch of a worker that
 * died is the next to be run again, unless the batch itself kills workers (see
 * {@linkcode PoisonDetector}).
 *
 * @param openInferenceWorker Starts one worker.
 * @param size Number of workers.
 * @throws {Problem} `model_invalid` when a worker cannot be started or cannot load the network.
 */
export async function openPool(
  openInferenceWorker: () => Promise<InferenceWorker>,
  size: number,
  { maxWorkerBytes, events = {} }: PoolOptions,
): Promise<Engine> {
  const queue = new FairQueue<Job>();
  /** When each worker that is alive was started, in milliseconds of `performance.now()`. */
  const alive = new Map<InferenceWorker, number>();
  const idle: InferenceWorker[] = [];
  const busy = new Map<InferenceWorker, Job>();
  const poison = new PoisonDetector();
  let msPerPatch = 0;
  let closed = false;
  /** Workers in a row that died soon after their start. */
  let earlyDeaths = 0;

  function addWorker(worker: InferenceWorker): void {
    if (closed) return worker.terminate();
    alive.set(worker, performance.now());
    idle.push(worker);
    worker.died.then((reason) => handleDeath(worker, reason));
    dispatch();
  }

  function handleDeath(worker: InferenceWorker, { started, message }: WorkerDied): void {
    if (alive.has(worker)) {
      poison.recordDeath(started ? busy.get(worker) : undefined, performance.now());
    }
    replaceWorker(worker, "died", message);
  }

  function replaceWorker(worker: InferenceWorker, cause: ReplaceCause, why: string): void {
    const startedAt = alive.get(worker);
    if (closed || startedAt === undefined) return;
    alive.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    worker.terminate();
    events.workerReplaced?.(cause, why);
    const isEarly = cause === "died" && performance.now() - startedAt < MIN_LIFETIME_MS;
    earlyDeaths = isEarly ? earlyDeaths + 1 : 0;
    setTimeout(() => closed || startReplacement(MIN_RESTART_DELAY_MS), crashLoopDelay());
  }

  /** Returns the pause before the next start: none at first, longer while workers die soon after theirs. */
  function crashLoopDelay(): number {
    const loops = earlyDeaths - size;
    if (loops <= 0) return 0;
    return Math.min(MIN_RESTART_DELAY_MS * 2 ** loops, MAX_RESTART_DELAY_MS);
  }

  function startReplacement(retryDelayMs: number): void {
    openInferenceWorker().then(addWorker, (thrown) => {
      if (closed) return;
      events.workerNotStarted?.(messageOf(thrown));
      const nextDelayMs = Math.min(retryDelayMs * 2, MAX_RESTART_DELAY_MS);
      setTimeout(() => closed || startReplacement(nextDelayMs), retryDelayMs);
    });
  }

  /** Gives waiting jobs to idle workers. */
  function dispatch(): void {
    while (idle.length > 0) {
      const job = queue.shift();
      if (job === undefined) return;
      const worker = idle.shift();
      if (worker !== undefined) runJob(worker, job);
    }
  }

  async function runJob(worker: InferenceWorker, job: Job): Promise<void> {
    const { batch, options, result } = job;
    job.stopListening();
    busy.set(worker, job);
    const start = performance.now();
    options.onStage?.({ stage: "queue", start: job.queuedAt, end: start, count: batch.count });
    try {
      const run = await worker.run(batch);
      earlyDeaths = 0;
      updateMsPerPatch(run, workOf(batch));
      const end = performance.now();
      options.onStage?.({ stage: "inference", start, end, count: batch.count });
      result.resolve(run.maps);
      if (alive.has(worker)) idle.push(worker);
      if (run.memoryBytes > maxWorkerBytes) {
        replaceWorker(worker, "memory", `its ONNX runtime has allocated ${run.memoryBytes} bytes`);
      }
    } catch (thrown) {
      if (thrown instanceof Problem) {
        // The network ran, but its answer cannot be used: another worker would give the same.
        result.reject(thrown);
        if (alive.has(worker)) idle.push(worker);
        return;
      }
      const reason = thrown instanceof WorkerDied
        ? thrown
        : new WorkerDied(messageOf(thrown), true);
      handleDeath(worker, reason);
      if (closed) result.reject(stopping());
      else await retryOrRefuse(job);
    } finally {
      busy.delete(worker);
      dispatch();
    }
  }

  function updateMsPerPatch({ milliseconds }: RunResult, patches: number): void {
    const last = milliseconds / patches;
    msPerPatch += (msPerPatch === 0 ? 1 : SMOOTHING) * (last - msPerPatch);
  }

  /** Queues a job again after its worker died. Refuses the job if the job itself kills workers. */
  async function retryOrRefuse(job: Job): Promise<void> {
    const { batch, options, result } = job;
    job.deaths++;
    if (options.signal?.aborted) return result.reject(options.signal.reason);
    if (job.deaths < MAX_DEATHS_PER_JOB && !poison.isPoison(job, performance.now())) {
      dropOnAbort(job);
      return queue.putBack(job, workOf(batch), options.isBackground);
    }
    const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(batch.data));
    events.inputRefused?.(new Uint8Array(digest).toHex());
    result.reject(
      new Problem(
        "input_rejected",
        `${job.deaths} inference workers died while they ran this input; it is not tried again.`,
      ),
    );
  }

  /** Removes the job from the queue when its signal aborts. */
  function dropOnAbort(job: Job): void {
    const { signal } = job.options;
    const drop = () => {
      if (queue.remove(job)) job.result.reject(signal?.reason);
    };
    signal?.addEventListener("abort", drop, { once: true });
    job.stopListening = () => signal?.removeEventListener("abort", drop);
  }

  const starts = await Promise.allSettled(Array.from({ length: size }, openInferenceWorker));
  for (const start of starts) {
    if (start.status === "fulfilled") addWorker(start.value);
  }
  const failed = starts.find((start) => start.status === "rejected");
  if (failed !== undefined) {
    closed = true;
    for (const worker of alive.keys()) worker.terminate();
    throw failed.reason;
  }

  return {
    concurrency: size,
    async run(batch, options = {}) {
      if (closed) throw stopping();
      options.signal?.throwIfAborted();
      const result = Promise.withResolvers<ProbabilityMaps>();
      const queuedAt = performance.now();
      const job: Job = { batch, options, result, queuedAt, deaths: 0, stopListening() {} };
      dropOnAbort(job);
      queue.push(job, workOf(batch), options.owner, options.isBackground);
      dispatch();
      return await result.promise;
    },
    load() {
      const running = busy.values().reduce((sum, { batch }) => sum + workOf(batch), 0);
      return { alive: alive.size, waiting: queue.waiting, running, msPerPatch };
    },
    close() {
      closed = true;
      for (const worker of alive.keys()) worker.terminate();
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        job.stopListening();
        job.result.reject(stopping());
      }
      return Promise.resolve();
    },
  };
}

/** Returns the computing time of a batch, in units of one patch. */
function workOf({ work, count }: PixelBatch): number {
  return work ?? count;
}

function stopping(): Problem {
  return new Problem(
    "stopping",
    "The service is stopping. Send the request to another instance, or try again in a moment.",
  );
}
