import { messageOf, Problem } from "../errors.ts";
import type { Engine, PixelBatch, ProbabilityMaps, RunOptions } from "./engine.ts";
import { Blame } from "./blame.ts";
import { FairQueue } from "./fair_queue.ts";
import { type InferenceWorker, WorkerDied } from "./inference_worker.ts";
import type { RunResult } from "./worker_methods.ts";

/** What an operator wants to know of the lanes; the pool goes on by itself. */
export interface PoolEvents {
  /** A lane is gone and another one is started for it. */
  workerReplaced?(cause: ReplaceCause, why: string): void;
  /** A lane could not be started; it is tried again. */
  workerNotStarted?(why: string): void;
  /** A batch has killed two lanes and was refused; its bytes have this SHA-256. */
  inputRefused?(sha256: string): void;
}

/** Why a lane was replaced: it died of itself or of its input, or it had grown too large. */
export type ReplaceCause = "died" | "memory";

/** How a pool watches its lanes. */
export interface PoolOptions {
  /** A lane whose runtime has taken more than this is replaced after the run, in bytes. */
  readonly maxWorkerBytes: number;
  readonly events?: PoolEvents;
}

/** A batch that waits for a lane, or is being run. */
interface Job {
  readonly batch: PixelBatch;
  readonly options: RunOptions;
  readonly result: PromiseWithResolvers<ProbabilityMaps>;
  readonly queuedAt: number;
  /** Lanes to which it was given and that died. */
  lost: number;
  /** Stops listening to its signal. */
  release(): void;
}

/** A batch is not given to more lanes than this, whatever they die of. */
const MAX_LOST = 8;
/** How fast the average of the running time follows, per run. */
const SMOOTHING = 0.1;
/** First and longest pause before a lane that could not be started is tried again, in milliseconds. */
const RESTART_PAUSE = [100, 5000] as const;

/**
 * Runs batches on `size` lanes, fairly (see {@linkcode FairQueue}), and watches over them: a lane that
 * crashes, hangs or grows too large is replaced while the others serve. What it was running is tried
 * once more, elsewhere and first; a batch that kills a second lane is refused (see {@linkcode Blame}).
 *
 * @param openInferenceWorker Starts one lane.
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openPool(
  openInferenceWorker: () => Promise<InferenceWorker>,
  size: number,
  { maxWorkerBytes, events = {} }: PoolOptions,
): Promise<Engine> {
  const queue = new FairQueue<Job>();
  const alive = new Set<InferenceWorker>();
  const idle: InferenceWorker[] = [];
  const busy = new Map<InferenceWorker, Job>();
  const blame = new Blame();
  let millisecondsEach = 0;
  let closed = false;

  function join(lane: InferenceWorker): void {
    if (closed) return lane.terminate();
    alive.add(lane);
    idle.push(lane);
    lane.died.then((reason) => bury(lane, reason));
    next();
  }

  function bury(lane: InferenceWorker, { started, message }: WorkerDied): void {
    if (alive.has(lane)) blame.died(started ? busy.get(lane) : undefined, performance.now());
    replace(lane, "died", message);
  }

  function replace(lane: InferenceWorker, cause: ReplaceCause, why: string): void {
    if (closed || !alive.delete(lane)) return;
    const at = idle.indexOf(lane);
    if (at >= 0) idle.splice(at, 1);
    lane.terminate();
    events.workerReplaced?.(cause, why);
    start(RESTART_PAUSE[0]);
  }

  function start(pause: number): void {
    openInferenceWorker().then(join, (thrown) => {
      if (closed) return;
      events.workerNotStarted?.(messageOf(thrown));
      setTimeout(() => closed || start(Math.min(pause * 2, RESTART_PAUSE[1])), pause);
    });
  }

  function next(): void {
    while (idle.length > 0) {
      const job = queue.shift();
      if (job === undefined) return;
      const lane = idle.shift();
      if (lane !== undefined) work(lane, job);
    }
  }

  async function work(lane: InferenceWorker, job: Job): Promise<void> {
    const { batch, options, result } = job;
    job.release();
    busy.set(lane, job);
    const start = performance.now();
    options.onStage?.({ stage: "queue", start: job.queuedAt, end: start, count: batch.count });
    try {
      const ran = await lane.run(batch);
      measure(ran, workOf(batch));
      const end = performance.now();
      options.onStage?.({ stage: "inference", start, end, count: batch.count });
      result.resolve(ran.maps);
      if (alive.has(lane)) idle.push(lane);
      if (ran.memoryBytes > maxWorkerBytes) {
        replace(lane, "memory", `its runtime had taken ${ran.memoryBytes} bytes`);
      }
    } catch (thrown) {
      const reason = thrown instanceof WorkerDied
        ? thrown
        : new WorkerDied(messageOf(thrown), true);
      bury(lane, reason);
      if (closed) result.reject(stopping());
      else await retry(job);
    } finally {
      busy.delete(lane);
      next();
    }
  }

  function measure({ milliseconds }: RunResult, patches: number): void {
    const each = milliseconds / patches;
    millisecondsEach += (millisecondsEach === 0 ? 1 : SMOOTHING) * (each - millisecondsEach);
  }

  async function retry(job: Job): Promise<void> {
    const { batch, options, result } = job;
    job.lost++;
    if (options.signal?.aborted) return result.reject(options.signal.reason);
    if (job.lost < MAX_LOST && !blame.isGuilty(job, performance.now())) {
      waitFor(job);
      return queue.putBack(job, workOf(batch));
    }
    const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(batch.data));
    events.inputRefused?.(new Uint8Array(digest).toHex());
    result.reject(
      new Problem(
        "input_rejected",
        `Two Workers in a row died of this input; it is not tried a third time.`,
      ),
    );
  }

  /** Lets the job's signal take it out of line. */
  function waitFor(job: Job): void {
    const { signal } = job.options;
    const drop = () => {
      if (queue.remove(job)) job.result.reject(signal?.reason);
    };
    signal?.addEventListener("abort", drop, { once: true });
    job.release = () => signal?.removeEventListener("abort", drop);
  }

  const opened = await Promise.allSettled(Array.from({ length: size }, openInferenceWorker));
  for (const start of opened) {
    if (start.status === "fulfilled") join(start.value);
  }
  const failed = opened.find((start) => start.status === "rejected");
  if (failed !== undefined) {
    closed = true;
    for (const lane of alive) lane.terminate();
    throw failed.reason;
  }

  return {
    concurrency: size,
    async run(batch, options = {}) {
      if (closed) throw stopping();
      options.signal?.throwIfAborted();
      const result = Promise.withResolvers<ProbabilityMaps>();
      const queuedAt = performance.now();
      const job: Job = { batch, options, result, queuedAt, lost: 0, release() {} };
      waitFor(job);
      queue.push(job, workOf(batch), options.owner);
      next();
      return await result.promise;
    },
    load() {
      const running = busy.values().reduce((sum, { batch }) => sum + workOf(batch), 0);
      return { alive: alive.size, waiting: queue.waiting, running, millisecondsEach };
    },
    close() {
      closed = true;
      for (const lane of alive) lane.terminate();
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        job.release();
        job.result.reject(stopping());
      }
      return Promise.resolve();
    },
  };
}

/** What there is to do for a batch, in patches. */
function workOf({ work, count }: PixelBatch): number {
  return work ?? count;
}

function stopping(): Problem {
  return new Problem("stopping", "The service is stopping; ask another one, or again in a moment.");
}
