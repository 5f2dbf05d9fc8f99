import { Problem } from "../errors.ts";
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
  type FieldMethod,
  type FieldMethods,
  type FieldRequest,
} from "./field.ts";
import type { MemoryBudget } from "./memory_budget.ts";

/** An idle Worker is kept for this long, because the next field then opens sooner. */
const IDLE_TIMEOUT_MS = 10_000;

/** After a larger field the Worker is ended, which gives its memory back at once. */
const MAX_KEPT_PIXELS = 16e6;

/** How Workers of fields are started, and how long a file may take them. */
export interface FieldWorkerOptions {
  /** Admits fields by the memory that they take; without it, all are admitted. */
  readonly budget?: MemoryBudget | undefined;
  /** Makes the Worker, in place of the ordinary one. */
  readonly createWorker?: () => Worker;
  /** Limit for reading a header. It takes milliseconds; the rest is for starting the Worker. */
  readonly headerTimeoutMs?: number;
  /**
   * Limit for decoding a picture of so many pixels. The default is 5 s and half a second for each million
   * pixels. JPEG 2000, the slowest format, takes a quarter of a second for a million on one idle core.
   */
  readonly decodeTimeoutMs?: (pixels: number) => number;
}

type FieldWorker = WorkerProxy<FieldMethods>;

/**
 * Opens each field in a Worker of its own, so that decoding and the search for candidates never block
 * the serving thread, and so that a search is cancelled at once. Workers are reused: to start one and to
 * compile its code takes as long as the candidates of a million pixels.
 *
 * @param maxFields Fields that are open at the same time; others wait.
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

  function keep(worker: FieldWorker): void {
    worker.call.release().catch(() => {});
    idle.set(worker, setTimeout(() => reuse(worker).terminate(closed()), IDLE_TIMEOUT_MS));
  }

  function reuse(worker: FieldWorker): FieldWorker {
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    return worker;
  }

  async function open(request: FieldRequest, signal?: AbortSignal): Promise<Field> {
    budget?.check();
    await acquire(signal);
    const [kept] = idle.keys();
    const worker = kept === undefined ? connect(createWorker()) : reuse(kept);
    const cancel = () => end(signal?.reason);
    let pixels = 0;
    let isOpen = true;
    let releaseMemory: (() => void) | undefined;

    function end(reason?: unknown): void {
      if (!isOpen) return;
      isOpen = false;
      signal?.removeEventListener("abort", cancel);
      if (reason === undefined && worker.isIdle() && pixels <= MAX_KEPT_PIXELS) keep(worker);
      else worker.terminate(reason ?? closed());
      releaseMemory?.();
      release();
    }

    /** Ends the Worker, and with it the call, when an answer takes too long. */
    async function within<T>(milliseconds: number, answer: Promise<T>, what: string): Promise<T> {
      const timer = setTimeout(() => end(tooComplex(what, milliseconds)), milliseconds);
      try {
        return await answer;
      } finally {
        clearTimeout(timer);
      }
    }

    signal?.addEventListener("abort", cancel, { once: true });
    try {
      signal?.throwIfAborted();
      const buffer = request.bytes.buffer as ArrayBuffer;
      const needs = await within(
        headerTimeoutMs,
        worker.call.readHeader(transfer(request, buffer)),
        "The header of the image was not read",
      );
      const { width, height } = needs;
      pixels = width * height;
      releaseMemory = await budget?.acquire(needs, signal);
      if (!isOpen) releaseMemory?.();
      signal?.throwIfAborted();
      const facts = await within(
        decodeTimeoutMs(pixels),
        worker.call.decode(),
        `The image has ${width} x ${height} pixels and was not decoded`,
      );
      const methods = forwardMethods<Field, FieldMethod>(FIELD_METHODS, async (name, args) => {
        // A Worker that was kept may hold the next field already.
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
    for (const worker of [...idle.keys()]) reuse(worker).terminate(closed());
  }

  budget?.onShortage(endIdleWorkers);
  return { open, close: endIdleWorkers };
}

function createFieldWorker(): Worker {
  return new PlatformWorker(new URL("./field_worker.ts", import.meta.url), { type: "module" });
}

function connect(worker: Worker): FieldWorker {
  const proxy: FieldWorker = workerProxy(worker, (message) => {
    console.error("The Worker of a field crashed:", message);
    proxy.terminate(
      new Problem(
        "image_too_complex",
        "The image stopped the Worker that decodes it. Save it again with another program.",
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
