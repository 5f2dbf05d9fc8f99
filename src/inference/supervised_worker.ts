import { messageOf, Problem } from "../errors.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import { workerProxy } from "../worker/worker_proxy.ts";
import type { PixelBatch, RunResult } from "./engine.ts";
import type { SessionSource } from "./session.ts";
import type { InferenceMethods } from "./worker_methods.ts";

/** Something that runs the network: a Worker, or this thread. It takes one batch at a time. */
export interface InferenceWorker {
  /**
   * Runs the network over a batch. Do not call it again before it has ended.
   *
   * @throws {WorkerDied} when the worker crashed or did not answer in time, or when its run failed.
   */
  run(batch: PixelBatch): Promise<RunResult>;
  /** Resolves with the reason when the worker dies, whether it runs a batch or not. */
  readonly died: Promise<WorkerDied>;
  /** Ends the worker at once; a run that is under way rejects. */
  terminate(): void;
}

/** An inference worker has crashed or was ended; another one may run the same batch. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";

  /**
   * @param started Whether the worker had started to run its batch, which may then be the cause.
   */
  constructor(message: string, readonly started: boolean) {
    super(message);
  }
}

/** How an inference worker is started and watched. */
export interface InferenceWorkerOptions {
  /** Milliseconds after which a run counts as hung. */
  readonly timeout: number;
  /** Creates the Worker. Tests pass their own. */
  readonly createWorker?: () => Worker;
}

/** How long a Worker may take to start. An idle machine needs a third of a second, a busy one much more. */
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
        if (thrown instanceof WorkerDied) throw thrown;
        throw die(`it failed: ${messageOf(thrown)}`);
      }
    },
    terminate: () => die("it was ended"),
  };
}
