import { Problem } from "../errors.ts";
import type { PixelBatch, ProbabilityMaps } from "./engine.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { SessionSource } from "./session.ts";

/**
 * The platform's own Worker, kept from before the ONNX runtime is used in this thread: it puts that
 * of `node:worker_threads` in its place, in which there is no `self`.
 */
const PlatformWorker = globalThis.Worker;

/** One Worker with a session in it. It does one thing at a time; who calls it sees to that. */
export interface Lane {
  /** @throws {Problem} of the session, or `internal` when the Worker dies of it. */
  run(batch: PixelBatch): Promise<ProbabilityMaps>;
  /** Ends the Worker at once; a run that is under way rejects. */
  terminate(): void;
}

/**
 * Starts a Worker and loads the network in it.
 *
 * @throws {Problem} `model_invalid` when the network cannot be loaded.
 */
export async function openLane(source: SessionSource): Promise<Lane> {
  const worker = new PlatformWorker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let waiting: PromiseWithResolvers<FromWorker> | undefined;
  const die = (why: string) => waiting?.reject(new Problem("internal", why));
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => waiting?.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    die(`A Worker died: ${event.message}`);
  };
  const ask = async (message: ToWorker, transfer: Transferable[]) => {
    waiting = Promise.withResolvers<FromWorker>();
    worker.postMessage(message, transfer);
    const answer = await waiting.promise;
    if (answer.kind === "failed") throw new Problem(answer.code, answer.message);
    return answer;
  };
  const lane: Lane = {
    async run(batch) {
      const answer = await ask({ kind: "run", batch }, [batch.data.buffer as ArrayBuffer]);
      if (answer.kind !== "ran") throw new Problem("internal", "A Worker gave a wrong answer.");
      return answer.maps;
    },
    terminate() {
      worker.terminate();
      die("The Worker was ended.");
    },
  };
  try {
    await ask({ kind: "open", source }, []);
  } catch (thrown) {
    worker.terminate();
    throw thrown;
  }
  return lane;
}
