import { messageOf, Problem } from "../errors.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import { workerProxy } from "../worker/worker_proxy.ts";
import type { PixelBatch, RunResult } from "./engine.ts";
import type { SessionSource } from "./session.ts";
import type { InferenceMethods } from "./worker_methods.ts";

/** Runs the network in a Worker or in this thread, one batch at a time. */
export interface InferenceWorker {
  /**
   * Runs the network over a batch. Do not call it again before the run has ended.
   *
   * @throws {WorkerDied} when the worker crashed or did not answer in time, or when its run failed.
   */
  run(batch: PixelBatch): Promise<RunResult>;
  /**
   * Resolves with the reason when the worker dies or is terminated, whether it runs a batch or not. Never
   * resolves for a worker in this thread.
   */
  readonly died: Promise<WorkerDied>;
  /** Ends the worker at once; a run in progress rejects. */
  terminate(): void;
}

/** An inference worker has crashed, was ended, or failed to run a batch. Another worker may run the batch. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";

  /**
   * @param started Whether the worker has started to run the last batch that it was given. If so, the
   *   batch may be the cause of the death.
   */
  constructor(message: string, readonly started: boolean) {
    super(message);
  }
}

/** Options of {@linkcode openInferenceWorker}. */
export interface InferenceWorkerOptions {
  /** Milliseconds after which a run counts as hung. */
  readonly timeout: number;
  /** Creates the Worker. Tests pass their own. */
  readonly createWorker?: () => Worker;
}

/**
 * How long a Worker may take to start and load the network, in milliseconds. It takes a third of a second
 * on an idle machine, and much longer on a busy one.
 */
const START_TIMEOUT_MS = 60_000;

function createInferenceWorker(): Worker {
  return new PlatformWorker(new URL("./inference_worker.ts", import.meta.url), { type: "module" });
}

/**
 * Starts a Worker and loads the network in it.
 *
 * @throws {Problem} `model_invalid` when the Worker crashes, does not start in time, or cannot load the
 *   network.
 */
export async function openInferenceWorker(
  source: SessionSource,
  { timeout, createWorker = createInferenceWorker }: InferenceWorkerOptions,
): Promise<InferenceWorker> {
  const died = Promise.withResolvers<WorkerDied>();
  // The Worker sets this flag to 1 when it starts to run a batch. It can be read after a crash.
  const runStarted = new Int32Array(new SharedArrayBuffer(4));
  const proxy = workerProxy<InferenceMethods>(
    createWorker(),
    (message) => die(`it crashed: ${message}`),
  );

  function die(why: string): WorkerDied {
    const reason = new WorkerDied(why, Atomics.load(runStarted, 0) === 1);
    proxy.terminate(reason);
    died.resolve(reason);
    return reason;
  }

  /** Waits for an answer of the Worker, and ends the Worker if the answer does not come in time. */
  async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
    const timer = setTimeout(
      () => die(`it did not answer within ${milliseconds} ms`),
      milliseconds,
    );
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  try {
    await within(START_TIMEOUT_MS, proxy.call.open(source, runStarted));
  } catch (thrown) {
    proxy.terminate(thrown);
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("model_invalid", `A Worker could not be started: ${messageOf(thrown)}.`);
  }
  return {
    died: died.promise,
    async run(batch) {
      Atomics.store(runStarted, 0, 0);
      try {
        return await within(timeout, proxy.call.run(batch));
      } catch (thrown) {
        if (thrown instanceof WorkerDied || thrown instanceof Problem) throw thrown;
        throw die(`it failed: ${messageOf(thrown)}`);
      }
    },
    terminate: () => die("it was ended"),
  };
}
