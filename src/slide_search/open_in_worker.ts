import { Problem } from "../errors.ts";
import { onCancel } from "../worker/cancel.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import { type AnyMethod, forwardMethods, workerProxy } from "../worker/worker_proxy.ts";
import type { FinishedSlide, FinishRequest } from "./finish_slide.ts";
import {
  type SearchableSlide,
  SLIDE_METHODS,
  type SlideMethod,
  type SlideMethods,
  type SlideRequest,
} from "./open_slide.ts";

/** A slide that is open in a Worker, which can also write its result. */
export interface SlideInWorker extends SearchableSlide {
  /** Counts the mitoses in the journal, and writes the result ({@linkcode finishSlide}). */
  finish(request: FinishRequest): Promise<FinishedSlide>;
}

/** The calls that the Worker answers. */
export type SlideWorkerMethods = SlideMethods & Pick<SlideInWorker, "finish">;

/**
 * Opens a slide for a search, in a new Worker. The Worker reads and decodes tiles and finds candidates
 * while the network runs on other threads. It ends when the slide is closed or `signal` aborts.
 *
 * @throws {Problem} as `openSlideHere`; the reason of `signal` when it aborts.
 */
export async function openSlideInWorker(
  request: SlideRequest,
  signal?: AbortSignal,
): Promise<SlideInWorker> {
  signal?.throwIfAborted();
  const url = new URL("./slide_worker.ts", import.meta.url);
  const worker = workerProxy<SlideWorkerMethods>(
    new PlatformWorker(url, { type: "module" }),
    (message) =>
      worker.terminate(new Problem("internal", `The Worker of a slide crashed: ${message}`)),
  );
  const stopListening = onCancel(signal, worker.terminate);
  const close = () => {
    stopListening();
    worker.terminate(new Problem("internal", "The slide was closed."));
  };
  try {
    const facts = await worker.call.open(request);
    const methods = forwardMethods<SearchableSlide, SlideMethod>(
      SLIDE_METHODS,
      async (name, args) => {
        const method: AnyMethod = worker.call[name];
        return await method(...args);
      },
    );
    return { facts, ...methods, finish: (request) => worker.call.finish(request), close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}
