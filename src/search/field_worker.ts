import { Problem } from "../errors.ts";
import { PlatformWorker } from "../worker/platform_worker.ts";
import type { FieldOpener, OpenField } from "./field_access.ts";
import type { FieldCall, FromFieldWorker } from "./messages.ts";
import type { FieldCalls, FieldFacts, FieldRequest } from "./field.ts";
import { semaphore } from "../worker/semaphore.ts";

/** A Worker that has nothing to do is kept for this long, in milliseconds: the next field opens sooner. */
const REST = 10_000;

/** After a field of more pixels the Worker is ended, which gives its memory back at once. */
const MAX_RESTED_PIXELS = 16e6;

/**
 * Opens fields in Workers, one each, so that decoding and the search for candidates never block the
 * serving thread, and giving up takes no time. A Worker is used again: starting one, and its code to be
 * compiled, takes as long as the candidates of a million pixels.
 *
 * @param most Fields that are open at a time; others wait for their turn.
 */
export function fieldWorkers(most: number): FieldOpener {
  const { enter, leave } = semaphore(most);
  const resting = new Map<FieldWorker, ReturnType<typeof setTimeout>>();

  function rest(worker: FieldWorker): void {
    worker.forget();
    resting.set(worker, setTimeout(() => wake(worker).end(closed()), REST));
  }

  function wake(worker: FieldWorker): FieldWorker {
    clearTimeout(resting.get(worker));
    resting.delete(worker);
    return worker;
  }

  async function open(request: FieldRequest, signal?: AbortSignal): Promise<OpenField> {
    await enter(signal);
    const [rested] = resting.keys();
    const worker = rested === undefined ? startWorker() : wake(rested);
    let pixels = 0;
    let isOpen = true;
    const give = () => close(signal?.reason);
    signal?.addEventListener("abort", give, { once: true });

    function close(reason?: unknown): void {
      if (!isOpen) return;
      isOpen = false;
      signal?.removeEventListener("abort", give);
      if (reason === undefined && worker.isIdle() && pixels <= MAX_RESTED_PIXELS) rest(worker);
      else worker.end(reason ?? closed());
      leave();
    }

    const ask =
      <Call extends keyof FieldCalls>(call: Call) =>
      async (...args: Parameters<FieldCalls[Call]>) => {
        if (!isOpen) throw signal?.aborted ? signal.reason : closed();
        return await worker.ask({ call, args } as FieldCall) as ReturnType<FieldCalls[Call]>;
      };
    try {
      signal?.throwIfAborted();
      const facts = await worker.ask({ call: "open", args: [request] }) as FieldFacts;
      pixels = facts.width * facts.height;
      return {
        facts,
        candidates: ask("candidates"),
        windows: ask("windows"),
        part: ask("part"),
        overlay: ask("overlay"),
        heatMap: ask("heatMap"),
        close: () => close(),
      };
    } catch (thrown) {
      close();
      throw thrown;
    }
  }

  return {
    open,
    close() {
      for (const worker of [...resting.keys()]) wake(worker).end(closed());
    },
  };
}

type FieldWorker = ReturnType<typeof startWorker>;

function startWorker() {
  const worker = new PlatformWorker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  let over: { readonly reason: unknown } | undefined;

  function end(reason: unknown): void {
    if (over !== undefined) return;
    over = { reason };
    worker.terminate();
    for (const { reject } of pending.values()) reject(reason);
    pending.clear();
  }

  worker.onerror = (event) => {
    event.preventDefault();
    end(new Problem("internal", `The Worker of a field died: ${event.message}`));
  };
  worker.onmessage = ({ data }: MessageEvent<FromFieldWorker>) => {
    const call = pending.get(data.id);
    pending.delete(data.id);
    if ("code" in data) call?.reject(new Problem(data.code, data.message));
    else call?.resolve(data.value);
  };
  return {
    end,
    /** Whether it can take another field: it lives, and owes no answer. */
    isIdle: () => over === undefined && pending.size === 0,
    /** Lets it give its field's memory back. */
    forget: () => worker.postMessage({ call: "close", id: 0 }),
    async ask(call: FieldCall): Promise<unknown> {
      if (over !== undefined) throw over.reason;
      const answer = Promise.withResolvers<unknown>();
      const id = ++calls;
      pending.set(id, answer);
      const transfer = call.call === "open" ? [call.args[0].bytes.buffer as ArrayBuffer] : [];
      worker.postMessage({ ...call, id }, transfer);
      return await answer.promise;
    },
  };
}

function closed(): Problem {
  return new Problem("internal", "The field was closed.");
}
