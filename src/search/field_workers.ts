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

type FieldWorker = WorkerProxy<FieldMethods>;

/**
 * Opens each field in a Worker of its own, so that decoding and the search for candidates never block
 * the serving thread, and so that a search is cancelled at once. Workers are reused: to start one and to
 * compile its code takes as long as the candidates of a million pixels.
 *
 * @param maxFields Fields that are open at the same time; others wait.
 * @param budget Admits fields by the memory that they take.
 */
export function openFieldsInWorkers(maxFields: number, budget?: MemoryBudget) {
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
    const worker = kept === undefined ? startWorker() : reuse(kept);
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

    signal?.addEventListener("abort", cancel, { once: true });
    try {
      signal?.throwIfAborted();
      const buffer = request.bytes.buffer as ArrayBuffer;
      const needs = await worker.call.inspect(transfer(request, buffer));
      releaseMemory = await budget?.acquire(needs, signal);
      if (!isOpen) releaseMemory?.();
      signal?.throwIfAborted();
      const facts = await worker.call.open();
      pixels = facts.width * facts.height;
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

function startWorker(): FieldWorker {
  const url = new URL("./field_worker.ts", import.meta.url);
  const proxy: FieldWorker = workerProxy(new PlatformWorker(url, { type: "module" }), (message) => {
    proxy.terminate(new Problem("internal", `The Worker of a field crashed: ${message}`));
  });
  return proxy;
}

function closed(): Problem {
  return new Problem("internal", "The field was closed.");
}
