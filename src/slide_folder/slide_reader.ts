import { Problem } from "../errors.ts";
import { overloadRetryAfter } from "../retry_after.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import { semaphore } from "../worker/semaphore.ts";
import { type Remote, type WorkerProxy, workerProxy } from "../worker/worker_proxy.ts";
import type { PictureRequest } from "./draw_picture.ts";
import type { SlideFacts, SlidePlace } from "./open_slides.ts";

/** The calls that the Worker answers. */
export interface SlideReaderMethods {
  facts(place: SlidePlace): Promise<SlideFacts>;
  picture(place: SlidePlace, request: PictureRequest): Promise<Uint8Array>;
}

/** Reads slides in a Worker, so that no file blocks the serving thread or crashes it. */
export interface SlideReader {
  facts(place: SlidePlace): Promise<SlideFacts>;
  /** @param signal Drops the request while it waits. */
  picture(place: SlidePlace, request: PictureRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** Ends the Worker. Calls in progress are rejected. */
  close(): void;
}

/** Number of calls that the Worker runs at a time, so that it decodes one picture while it reads another. */
const CONCURRENT_CALLS = 4;

/** Maximum number of calls that wait in addition. A viewer asks for six pictures at a time. */
const MAX_WAITING = 96;

/** Time limit for one call and the start of the Worker, in milliseconds. It is long for busy machines. */
const CALL_TIMEOUT_MS = 30_000;

/** How long an idle Worker is kept, in milliseconds. */
const IDLE_TIMEOUT_MS = 60_000;

/** The reason for calls that are rejected because another call ended the Worker. They are tried again. */
const RESTARTED = new Problem("internal", "The Worker that reads slides was started again.");

/** Options of {@linkcode slideReader}, for tests. */
export interface SlideReaderOptions {
  readonly createWorker?: () => Worker;
  readonly callTimeoutMs?: number;
}

/** Creates a reader. Its Worker starts with the first call and ends after a minute without calls. */
export function slideReader(
  { createWorker = createReaderWorker, callTimeoutMs = CALL_TIMEOUT_MS }: SlideReaderOptions = {},
): SlideReader {
  const { acquire, release } = semaphore(CONCURRENT_CALLS);
  let worker: WorkerProxy<SlideReaderMethods> | undefined;
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  let waiting = 0;
  let isClosed = false;

  function start(): WorkerProxy<SlideReaderMethods> {
    const started: WorkerProxy<SlideReaderMethods> = workerProxy(createWorker(), (message) => {
      console.error("The Worker that reads slides crashed:", message);
      end(started, tooComplex("The slide crashed the Worker that reads it."));
    });
    return started;
  }

  function end(ended: WorkerProxy<SlideReaderMethods>, reason: unknown): void {
    if (worker === ended) worker = undefined;
    ended.terminate(reason);
  }

  /** Runs one call with its time limit. */
  async function run<T>(
    call: (methods: Remote<SlideReaderMethods>) => Promise<T>,
  ): Promise<T> {
    const current = worker ??= start();
    let isTooSlow = false;
    const timer = setTimeout(() => {
      isTooSlow = true;
      end(current, RESTARTED);
    }, callTimeoutMs);
    try {
      return await call(current.call);
    } catch (thrown) {
      const seconds = callTimeoutMs / 1000;
      throw isTooSlow ? tooComplex(`The slide was not read within ${seconds} s.`) : thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  async function inTurn<T>(
    call: (methods: Remote<SlideReaderMethods>) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    if (waiting >= MAX_WAITING) throw overloaded();
    clearTimeout(idleTimer);
    waiting++;
    await acquire(signal).finally(() => waiting--);
    try {
      if (isClosed) throw RESTARTED;
      return await run(call).catch((thrown) => {
        if (thrown !== RESTARTED || isClosed) throw thrown;
        return run(call);
      });
    } finally {
      release();
      idleTimer = setTimeout(() => worker?.isIdle() && end(worker, RESTARTED), IDLE_TIMEOUT_MS);
      Deno.unrefTimer(idleTimer);
    }
  }

  return {
    facts: (place) => inTurn((methods) => methods.facts(place)),
    picture: (place, request, signal) =>
      inTurn((methods) => methods.picture(place, request), signal),
    close() {
      isClosed = true;
      clearTimeout(idleTimer);
      if (worker !== undefined) end(worker, RESTARTED);
    },
  };
}

function createReaderWorker(): Worker {
  return new PlatformWorker(new URL("./slide_reader_worker.ts", import.meta.url), {
    type: "module",
  });
}

function tooComplex(message: string): Problem {
  return new Problem("image_too_complex", message);
}

function overloaded(): Problem {
  const seconds = overloadRetryAfter(2000);
  return new Problem(
    "overloaded",
    `${MAX_WAITING} requests for pictures of slides wait already. Try again in ${seconds} s.`,
    { retryAfterSeconds: seconds },
  );
}
