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
   * @throws {WorkerDied} when the worker crashed, did not answer in time, or gave no valid answer.
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
  /** Makes the Worker, in place of the ordinary one. */
  readonly createWorker?: () => Worker;
}

/** Starting takes a third of a second on an idle machine, and much longer on a busy one. */
const START_TIMEOUT_MS = 60_000;

function createInferenceWorker(): Worker {
  return new PlatformWorker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

/**
 * Starts a Worker and loads the network in it.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openInferenceWorker(
  source: SessionSource,
  { timeout, createWorker = createInferenceWorker }: InferenceWorkerOptions,
): Promise<InferenceWorker> {
  const died = Promise.withResolvers<WorkerDied>();
  const started = new Int32Array(new SharedArrayBuffer(4));
  const proxy = workerProxy<InferenceMethods>(
    createWorker(),
    (message) => die(`it crashed: ${message}`),
  );

  function die(why: string): WorkerDied {
    const reason = new WorkerDied(why, Atomics.load(started, 0) === 1);
    proxy.terminate(reason);
    died.resolve(reason);
    return reason;
  }

  async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
    const hung = setTimeout(() => die(`it did not answer within ${milliseconds} ms`), milliseconds);
    try {
      return await answer;
    } finally {
      clearTimeout(hung);
    }
  }

  try {
    await within(START_TIMEOUT_MS, proxy.call.open(source, started));
  } catch (thrown) {
    proxy.terminate(thrown);
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("model_invalid", `A Worker could not be started: ${messageOf(thrown)}.`);
  }
  return {
    died: died.promise,
    async run(batch) {
      Atomics.store(started, 0, 0);
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
