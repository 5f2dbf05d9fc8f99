import { Problem } from "../errors.ts";
import { PlatformWorker } from "../inference/platform_worker.ts";
import type { FieldOpener } from "./field_access.ts";
import type { FieldCall, FromFieldWorker } from "./messages.ts";
import type { FieldCalls, FieldFacts } from "./open_field.ts";

/**
 * Opens fields in Workers, one each, so that decoding and the search for candidates never block the
 * serving thread, memory is given back with the Worker, and giving up takes no time.
 *
 * @param most Fields that are open at a time; others wait for their turn.
 */
export function fieldWorkers(most: number): FieldOpener {
  let open = 0;
  const waiting: (() => void)[] = [];

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (open < most) {
      open++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    const leave = () => {
      const at = waiting.indexOf(turn.resolve);
      if (at < 0) return;
      waiting.splice(at, 1);
      turn.reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) open--;
    else next();
  }

  return async (request, signal) => {
    await enter(signal);
    const worker = startWorker(leave);
    const abort = () => worker.end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const close = () => {
      signal?.removeEventListener("abort", abort);
      worker.end(new Problem("internal", "The field was closed."));
    };
    const ask =
      <Call extends keyof FieldCalls>(call: Call) => (...args: Parameters<FieldCalls[Call]>) =>
        worker.ask({ call, args } as FieldCall) as Promise<ReturnType<FieldCalls[Call]>>;
    try {
      signal?.throwIfAborted();
      const facts = await worker.ask({ call: "open", args: [request] }) as FieldFacts;
      return {
        facts,
        candidates: ask("candidates"),
        windows: ask("windows"),
        part: ask("part"),
        overlay: ask("overlay"),
        heat: ask("heat"),
        close,
      };
    } catch (thrown) {
      close();
      throw thrown;
    }
  };
}

function startWorker(ended: () => void) {
  const worker = new PlatformWorker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  let over: { readonly reason: unknown } | undefined;

  function end(reason: unknown): void {
    if (over !== undefined) return;
    over = { reason };
    worker.terminate();
    for (const { reject } of pending.values()) reject(reason);
    ended();
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
