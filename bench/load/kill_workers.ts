import { readConfig } from "../../src/config.ts";
import { listen } from "../../src/service/listener.ts";
import { createService } from "../../src/service/service.ts";

/**
 * Kills a Worker every second while clients send requests. Alternately, the Worker crashes, or it
 * is terminated without notice to the pool. No request may fail.
 */
export async function killWorkers(
  patch: Uint8Array<ArrayBuffer>,
  seconds: number,
): Promise<boolean> {
  const workers: Worker[] = [];
  const PlatformWorker = globalThis.Worker;
  const set: Record<string, string> = {
    INFERENCE_WORKERS: "2",
    WORKER_TIMEOUT_MS: "1000",
    LOG_FORMAT: "none",
  };
  const config = readConfig((name) => set[name]);
  const url = new URL("../../tests/inference/faulty_worker.ts", import.meta.url);
  const service = createService(config, {
    createWorker() {
      const worker = new PlatformWorker(url, { type: "module" });
      // Its first message says that it has loaded the network. A Worker that starts is given a minute, because
      // a start takes long on a busy machine, so that one which ends silently then is replaced late.
      worker.addEventListener("message", () => workers.push(worker), { once: true });
      return worker;
    },
  });
  await service.load();
  const listener = await listen({ ...config, host: "127.0.0.1", port: 0 }, service.fetch);
  const serviceUrl = `http://127.0.0.1:${listener.port}/`;
  const statuses: Record<string, number> = {};
  let slowest = 0;
  const until = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      const response = await fetch(`${serviceUrl}model/predict`, {
        method: "POST",
        headers: { "content-type": "image/png" },
        body: patch,
      });
      await response.arrayBuffer();
      slowest = Math.max(slowest, performance.now() - start);
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    }
  };
  let killed = 0;
  const killer = setInterval(() => {
    const victim = workers.splice(0, 1)[0];
    if (killed++ % 2 === 0) victim?.postMessage("crash");
    else victim?.terminate();
  }, 1000);
  await Promise.all(Array.from({ length: 8 }, client));
  clearInterval(killer);
  const [text] = await service.metrics(false);
  const replaced = /workers_replaced_total\{cause="died"\} (\d+)/.exec(text)?.[1];
  listener.abort();
  await service.close();
  console.log(
    `${killed} Workers killed in ${seconds} s, ${replaced} replaced; statuses ` +
      `${JSON.stringify(statuses)}, slowest ${slowest.toFixed(0)} ms`,
  );
  return Object.keys(statuses).join() === "200";
}
