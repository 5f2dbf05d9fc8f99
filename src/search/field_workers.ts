import { Problem } from "../errors.ts";
import { onCancel } from "../worker/cancel.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import { semaphore } from "../worker/semaphore.ts";
import {
  type AnyMethod,
  forwardMethods,
  transfer,
  type WorkerProxy,
  workerProxy,
} from "../worker/worker_proxy.ts";
import {
  type Field,
  FIELD_METHODS,
  type FieldMethodName,
  type FieldRequest,
  type FieldWorkerMethods,
} from "./field.ts";
import type { MemoryBudget } from "./memory_budget.ts";

/** How long an idle Worker is kept, so that the next field opens sooner. */
const IDLE_TIMEOUT_MS = 10_000;

/**
 * A Worker is kept after a field of at most this size. After a larger one it is terminated, to free
 * its memory.
 */
const MAX_KEPT_PIXELS = 16e6;

/** Options of {@linkcode openFieldsInWorkers}. */
export interface FieldWorkerOptions {
  /** Admits fields by the memory that they take; without it, all are admitted. */
  readonly budget?: MemoryBudget | undefined;
  /** Creates a Worker in place of the usual one; for tests. */
  readonly createWorker?: () => Worker;
  /**
   * Limit for starting a Worker and reading the header, in milliseconds; by default 20 s. Nearly
   * all of this time is for the start on a busy machine.
   */
  readonly headerTimeoutMs?: number;
  /**
   * Returns the limit for decoding a picture of `pixels` pixels, in milliseconds. By default, this
   * is 5 s plus 0.5 s for each million pixels. JPEG 2000 is the slowest format: it takes 0.25 s for
   * each million on an idle core.
   */
  readonly decodeTimeoutMs?: (pixels: number) => number;
}

type FieldWorker = WorkerProxy<FieldWorkerMethods>;

/**
 * Creates a field opener that opens each field in a separate Worker. Decoding and the search for
 * candidates then never block the serving thread, and a search can be canceled at once. Workers are
 * reused, because a start takes as long as finding the candidates of a million pixels.
 *
 * @param maxFields Maximum number of fields that are open at the same time. Further ones wait.
 */
export function openFieldsInWorkers(
  maxFields: number,
  {
    budget,
    createWorker = createFieldWorker,
    headerTimeoutMs = 20_000,
    decodeTimeoutMs = (pixels) => 5000 + pixels * 0.5e-3,
  }: FieldWorkerOptions = {},
) {
  const { acquire, release } = semaphore(maxFields);
  const idle = new Map<FieldWorker, ReturnType<typeof setTimeout>>();

  /** Keeps a Worker for the next field. */
  function keep(worker: FieldWorker): void {
    worker.call.release().catch(() => {});
    idle.set(worker, setTimeout(() => takeIdle(worker).terminate(closed()), IDLE_TIMEOUT_MS));
  }

  /** Takes a Worker out of the idle ones. */
  function takeIdle(worker: FieldWorker): FieldWorker {
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    return worker;
  }

  /** Takes an idle Worker, or starts one. Releases the semaphore if no Worker can be started. */
  function getWorker(): FieldWorker {
    const [kept] = idle.keys();
    if (kept !== undefined) return takeIdle(kept);
    try {
      return createProxy(createWorker(), takeIdle);
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  async function open(request: FieldRequest, signal?: AbortSignal): Promise<Field> {
    budget?.check();
    await acquire(signal);
    const worker = getWorker();
    let pixels = 0;
    let isOpen = true;
    let releaseMemory: (() => void) | undefined;

    /**
     * Closes the field. Keeps its Worker for the next field, unless there is a `reason` to end it, it is
     * busy, or the field was large.
     */
    function end(reason?: unknown): void {
      if (!isOpen) return;
      isOpen = false;
      stopListening();
      if (reason === undefined && worker.isIdle() && pixels <= MAX_KEPT_PIXELS) keep(worker);
      else worker.terminate(reason ?? closed());
      releaseMemory?.();
      release();
    }

    /**
     * Waits for an answer. If it takes too long, terminates the Worker, so that the call rejects.
     */
    async function withTimeout<T>(
      milliseconds: number,
      answer: Promise<T>,
      what: string,
    ): Promise<T> {
      const timer = setTimeout(() => end(tooComplex(what, milliseconds)), milliseconds);
      try {
        return await answer;
      } finally {
        clearTimeout(timer);
      }
    }

    const stopListening = onCancel(signal, end);
    try {
      signal?.throwIfAborted();
      const buffer = request.bytes.buffer as ArrayBuffer;
      const needs = await withTimeout(
        headerTimeoutMs,
        worker.call.readHeader(transfer(request, buffer)),
        "The header of the image was not read",
      );
      const { width, height } = needs;
      pixels = width * height;
      releaseMemory = await budget?.acquire(needs, signal);
      if (!isOpen) releaseMemory?.();
      signal?.throwIfAborted();
      const facts = await withTimeout(
        decodeTimeoutMs(pixels),
        worker.call.decode(),
        `The image has ${width} x ${height} pixels and was not decoded`,
      );
      const methods = forwardMethods<Field, FieldMethodName>(FIELD_METHODS, async (name, args) => {
        // Once this field is closed, its Worker may hold another field.
        if (!isOpen) throw signal?.aborted ? signal.reason : closed();
        const method: AnyMethod = worker.call[name];
        return await method(...args);
      });
      return { facts, ...methods, close: () => end() };
    } catch (thrown) {
      end();
      throw thrown;
    }
  }

  function endIdleWorkers(): void {
    for (const worker of [...idle.keys()]) takeIdle(worker).terminate(closed());
  }

  budget?.onShortage(endIdleWorkers);
  return { open, close: endIdleWorkers };
}

function createFieldWorker(): Worker {
  return new PlatformWorker(new URL("./field_worker.ts", import.meta.url), { type: "module" });
}

/**
 * Creates the proxy of a field Worker.
 *
 * @param onCrash Called with the proxy when the Worker crashes outside of a call, idle or not.
 */
function createProxy(worker: Worker, onCrash: (crashed: FieldWorker) => void): FieldWorker {
  const proxy: FieldWorker = workerProxy(worker, (message) => {
    console.error("The Worker of a field crashed:", message);
    onCrash(proxy);
    proxy.terminate(
      new Problem(
        "image_too_complex",
        "The image crashed the Worker that reads it. Save it again with another program.",
      ),
    );
  });
  return proxy;
}

function tooComplex(what: string, milliseconds: number): Problem {
  return new Problem(
    "image_too_complex",
    `${what} within ${Math.round(milliseconds / 1000)} s. Save it again, for example as ` +
      "a TIFF without compression.",
  );
}

function closed(): Problem {
  return new Problem("internal", "The field was closed.");
}
