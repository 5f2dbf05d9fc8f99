import { Problem } from "../errors.ts";
import type { PixelBatch, RunResult } from "./engine.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import type { SessionSource } from "./session.ts";

/** One place where the network runs. It does one thing at a time; who calls it sees to that. */
export interface InferenceWorker {
  /** @throws {WorkerDied} when it died of this run, did not answer in time, or cannot be trusted any more. */
  run(batch: PixelBatch): Promise<RunResult>;
  /** Resolves with the reason when the lane dies of itself, whether it runs something or not. */
  readonly died: Promise<WorkerDied>;
  /** Ends the lane at once; a run that is under way rejects. */
  terminate(): void;
}

/** A lane is gone, or has to go; another may still do what this one was given. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";

  /** @param begun Whether it had begun with the batch, which then may be what it died of. */
  constructor(message: string, readonly begun: boolean) {
    super(message);
  }
}

/** What a lane in a Worker can be told. */
export interface InferenceWorkerOptions {
  /** Milliseconds after which a run counts as hung. */
  readonly timeout: number;
  /** Makes the Worker. */
  readonly createWorker?: () => Worker;
}

/** Starting takes a third of a second on an idle machine, and on a busy one much longer. */
const START_TIMEOUT = 60_000;

function inferenceWorker(): Worker {
  return new PlatformWorker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

/**
 * Starts a Worker and loads the network in it.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openInferenceWorker(
  source: SessionSource,
  options: InferenceWorkerOptions,
): Promise<InferenceWorker> {
  const worker = (options.createWorker ?? inferenceWorker)();
  const died = Promise.withResolvers<WorkerDied>();
  const begun = new Int32Array(new SharedArrayBuffer(4));
  let waiting: PromiseWithResolvers<FromWorker> | undefined;

  function die(why: string): void {
    const reason = new WorkerDied(why, Atomics.load(begun, 0) === 1);
    worker.terminate();
    died.resolve(reason);
    waiting?.reject(reason);
  }
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => waiting?.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    die(`it crashed: ${event.message}`);
  };

  async function ask(message: ToWorker, timeout: number): Promise<FromWorker> {
    waiting = Promise.withResolvers<FromWorker>();
    Atomics.store(begun, 0, 0);
    const hung = setTimeout(() => die(`it did not answer within ${timeout} ms`), timeout);
    try {
      worker.postMessage(message);
      return await waiting.promise;
    } finally {
      clearTimeout(hung);
      waiting = undefined;
    }
  }

  const opened = await ask({ kind: "open", source, begun }, START_TIMEOUT).catch((reason) => {
    throw new Problem("model_invalid", `A Worker could not be started: ${reason.message}.`);
  });
  if (opened.kind === "failed") {
    worker.terminate();
    throw new Problem(opened.code, opened.message);
  }
  return {
    died: died.promise,
    async run(batch) {
      const answer = await ask({ kind: "run", batch }, options.timeout);
      if (answer.kind === "ran") return answer.ran;
      die(`it failed: ${answer.kind === "failed" ? answer.message : "a wrong answer"}`);
      throw await died.promise;
    },
    terminate: () => die("it was ended"),
  };
}
