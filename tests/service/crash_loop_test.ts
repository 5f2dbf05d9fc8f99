import { deepEqual, equal } from "node:assert/strict";
import { sample, startService } from "../service.ts";

const PlatformWorker = globalThis.Worker;

Deno.test("while all Workers crash readiness is 503, and afterwards the service is ready again", async () => {
  const workers: Worker[] = [];
  await using service = await startService({ INFERENCE_WORKERS: "2" }, {
    createWorker() {
      const url = new URL("../inference/faulty_worker.ts", import.meta.url);
      const worker = new PlatformWorker(url, { type: "module" });
      workers.push(worker);
      return worker;
    },
  });
  /** Polls readiness until it has this status; a 503 has to say when to try again. */
  async function waitForReadiness(status: number): Promise<void> {
    for (const until = Date.now() + 30_000; Date.now() < until;) {
      const response = await service.request("/v2/health/ready");
      await response.body?.cancel();
      if (response.status === status) {
        return equal(response.headers.get("retry-after"), status === 503 ? "1" : null);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`readiness was not ${status} within 30 s`);
  }
  await waitForReadiness(200);
  const crasher = setInterval(() => {
    for (const worker of workers.splice(0)) worker.postMessage("crash");
  }, 20);
  await waitForReadiness(503);
  equal((await service.request("/v2/health/live")).status, 200);
  clearInterval(crasher);
  await waitForReadiness(200);
  const body = await sample("metaphase");
  const headers = { "content-type": "image/png" };
  equal((await service.request("/model/predict", { method: "POST", headers, body })).status, 200);
});

Deno.test("a clock that jumps by years changes no deadline, key or queue", async () => {
  const body = await sample("metaphase");
  const headers = { "content-type": "image/png", "x-request-timeout-ms": "20000" };
  await using service = await startService();
  const now = Date.now;
  try {
    const statuses: number[] = [];
    for (const years of [10, -50, 0]) {
      Date.now = () => now() + years * 365 * 86_400_000;
      const response = await service.request("/model/predict", { method: "POST", headers, body });
      await response.body?.cancel();
      statuses.push(response.status);
    }
    deepEqual(statuses, [200, 200, 200]);
  } finally {
    Date.now = now;
  }
});
