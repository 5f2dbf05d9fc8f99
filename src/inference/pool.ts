import { messageOf, Problem } from "../errors.ts";
import { onCancel } from "../worker/cancel.ts";
import type { Engine, PixelBatch, ProbabilityMaps, RunOptions, RunResult } from "./engine.ts";
import { FairQueue } from "./fair_queue.ts";
import { mergeBatches, splitMaps, workOf } from "./merge_batches.ts";
import { type InferenceWorker, WorkerDied } from "./supervised_worker.ts";
import { PoisonDetector } from "./poison_detector.ts";

/** Events that an operator may want to see. The pool recovers from all of them. */
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
  /**
   * Batches that wait are run together up to this work, in units of one patch. By default each batch is
   * run alone.
   */
  readonly maxMergedWork?: number;
  readonly events?: PoolEvents;
}

/** A batch that waits or is being run. */
interface Job {
  readonly batch: PixelBatch;
  readonly options: RunOptions;
  readonly result: PromiseWithResolvers<ProbabilityMaps>;
  readonly queuedAt: number;
  /** Number of workers that died, or whose run failed, while they ran this job alone. */
  deaths: number;
  /**
   * Whether the job must not be merged with others. It is set when a merged run fails, because then it is
   * not known which job is to blame.
   */
  isAlone: boolean;
  /** Removes the listener on the job's abort signal. */
  stopListening(): void;
}

/** Jobs that one worker runs together. */
type Jobs = readonly [Job, ...Job[]];

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
/** A worker that dies sooner than this after its start counts as an early death. */
const MIN_LIFETIME_MS = 10_000;

/**
 * Opens a pool of inference workers. Batches wait in a {@linkcode FairQueue}. A worker that crashes,
 * hangs, fails or takes too much memory is replaced while the others continue. The batch of a worker that
 * died is the next to be run again, unless the batch itself kills workers (see
 * {@linkcode PoisonDetector}).
 *
 * Small batches that wait are merged into one run (dynamic batching). A batch never waits for others to
 * arrive. After a merged run fails, its batches are run again one by one.
 *
 * @param openInferenceWorker Starts one worker.
 * @param size Number of workers.
 * @throws {Problem} `model_invalid` when a worker cannot be started or cannot load the network.
 */
export async function openPool(
  openInferenceWorker: () => Promise<InferenceWorker>,
  size: number,
  { maxWorkerBytes, maxMergedWork = 0, events = {} }: PoolOptions,
): Promise<Engine> {
  const queue = new FairQueue<Job>();
  /** When each worker that is alive was started, in milliseconds of `performance.now()`. */
  const alive = new Map<InferenceWorker, number>();
  const idle: InferenceWorker[] = [];
  const busy = new Map<InferenceWorker, Jobs>();
  const poison = new PoisonDetector();
  let msPerPatch = 0;
  let closed = false;
  /** Number of early deaths in a row, without a finished run in between. */
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
      const [job, ...others] = started ? busy.get(worker) ?? [] : [];
      // The death of a merged run says nothing yet: its jobs are run again one by one.
      if (others.length === 0) poison.recordDeath(job, performance.now());
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

  /** Returns the pause before the next start. It is 0 at first, and doubles with each further early death. */
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
      const jobs = takeJobs();
      if (jobs === undefined) return;
      const worker = idle.shift();
      if (worker !== undefined) runJobs(worker, jobs);
    }
  }

  /** Removes the next job from the queue, with those behind it that can be run together with it. */
  function takeJobs(): Jobs | undefined {
    const first = queue.shift();
    if (first === undefined) return undefined;
    const jobs: [Job, ...Job[]] = [first];
    let work = workOf(first.batch);
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      work += workOf(next.batch);
      if (work > maxMergedWork || !canMerge(first, next)) break;
      queue.shift();
      jobs.push(next);
    }
    return jobs;
  }

  async function runJobs(worker: InferenceWorker, jobs: Jobs): Promise<void> {
    busy.set(worker, jobs);
    const start = performance.now();
    for (const { batch: { count }, options, queuedAt, stopListening } of jobs) {
      stopListening();
      options.onStage?.({ stage: "queue", start: queuedAt, end: start, count });
    }
    const [first, ...others] = jobs;
    const batch = mergeBatches([first.batch, ...others.map((job) => job.batch)]);
    try {
      const run = await worker.run(batch);
      earlyDeaths = 0;
      updateMsPerPatch(run, workOf(batch));
      const end = performance.now();
      const maps = splitMaps(run.maps, jobs.map((job) => job.batch.count));
      jobs.forEach(({ batch: { count }, options, result }, i) => {
        options.onStage?.({ stage: "inference", start, end, count });
        result.resolve(maps[i] as ProbabilityMaps);
      });
      if (alive.has(worker)) idle.push(worker);
      if (run.memoryBytes > maxWorkerBytes) {
        replaceWorker(worker, "memory", `its ONNX runtime has allocated ${run.memoryBytes} bytes`);
      }
    } catch (thrown) {
      // A problem means that the network ran, but that its answer cannot be used.
      if (thrown instanceof Problem && alive.has(worker)) idle.push(worker);
      if (!(thrown instanceof Problem)) {
        const died = thrown instanceof WorkerDied;
        handleDeath(worker, died ? thrown : new WorkerDied(messageOf(thrown), true));
      }
      if (closed) jobs.forEach(({ result }) => result.reject(stopping()));
      else if (others.length > 0) runEachAlone(jobs);
      else if (thrown instanceof Problem) first.result.reject(thrown);
      else await retryOrRefuse(first);
    } finally {
      busy.delete(worker);
      dispatch();
    }
  }

  /** Puts the jobs of a merged run that failed back into the queue, to find out which one is to blame. */
  function runEachAlone(jobs: Jobs): void {
    for (const job of jobs.toReversed()) {
      job.isAlone = true;
      putBack(job);
    }
  }

  /** Puts a job back at the front of the queue, or rejects it if its signal has aborted. */
  function putBack(job: Job): void {
    const { signal } = job.options;
    if (signal?.aborted) return job.result.reject(signal.reason);
    dropOnAbort(job);
    queue.putBack(job, workOf(job.batch), job.options.isBackground);
  }

  function updateMsPerPatch({ milliseconds }: RunResult, patches: number): void {
    const last = milliseconds / patches;
    msPerPatch += (msPerPatch === 0 ? 1 : SMOOTHING) * (last - msPerPatch);
  }

  /** Queues a job again after its worker died. Refuses the job if the job itself kills workers. */
  async function retryOrRefuse(job: Job): Promise<void> {
    const { batch, options, result } = job;
    job.deaths++;
    const isTriedAgain = job.deaths < MAX_DEATHS_PER_JOB &&
      !poison.isPoison(job, performance.now());
    if (isTriedAgain || options.signal?.aborted) return putBack(job);
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
    job.stopListening = onCancel(job.options.signal, (reason) => {
      if (queue.remove(job)) job.result.reject(reason);
    });
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
      const job: Job = {
        batch,
        options,
        result,
        queuedAt,
        deaths: 0,
        isAlone: false,
        stopListening() {},
      };
      dropOnAbort(job);
      queue.push(job, workOf(batch), options.owner, options.isBackground);
      dispatch();
      return await result.promise;
    },
    load() {
      const running = busy.values().reduce(
        (sum, jobs) => jobs.reduce((work, { batch }) => work + workOf(batch), sum),
        0,
      );
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

/** Reports whether two jobs may be run together. */
function canMerge(a: Job, b: Job): boolean {
  return !a.isAlone && !b.isAlone && a.options.isBackground === b.options.isBackground &&
    a.batch.width === b.batch.width &&
    a.batch.height === b.batch.height;
}

function stopping(): Problem {
  return new Problem(
    "stopping",
    "The service is stopping. Send the request to another instance, or try again in a moment.",
  );
}
