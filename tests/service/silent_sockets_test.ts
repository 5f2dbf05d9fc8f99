import { deepEqual, ok } from "node:assert/strict";
import { freePort, startProgram } from "../program.ts";

Deno.test("1,024 silent sockets keep nobody out, and METRICS_PORT serves health too", async () => {
  const metricsPort = freePort();
  await using program = await startProgram([], {
    INFERENCE_WORKERS: "1",
    LOG_FORMAT: "none",
    METRICS_PORT: String(metricsPort),
    CLIENT_TIMEOUT_MS: "600000",
  });
  const port = Number(new URL(program.url).port);
  const silent: Deno.Conn[] = [];
  try {
    for (let i = 0; i < 1024; i++) silent.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    for (const url of [program.url, `http://127.0.0.1:${metricsPort}/`]) {
      for (const path of ["v2/health/live", "v2/health/ready"]) {
        const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) });
        deepEqual([response.status, (await response.text()).includes("true")], [200, true]);
      }
    }
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    ok(/^mitosis_connections_dropped_total\{which="idle"\} [1-9]/m.test(metrics));
  } finally {
    for (const connection of silent) connection.close();
  }
});
