import { equal, match, ok, throws } from "node:assert/strict";
import { boundConnections } from "../../src/service/open_files.ts";
import { startProgram } from "../program.ts";

const settings = { maxConnections: 1024, inferenceWorkers: 2, maxFields: 2 };

Deno.test("the bound of connections leaves files for Workers, and the warning names the limit", () => {
  equal(boundConnections(settings, (max) => max).maxConnections, 1024);
  // 4 Workers of 6 files and 12 spare ones: 36 of 100.
  const { maxConnections, warning } = boundConnections(settings, () => 100);
  equal(maxConnections, 64);
  match(warning ?? "", /MAX_CONNECTIONS is 1024.*ulimit -n.*64 connections.*by 960/);
  throws(() => boundConnections(settings, () => 36), /36 more files.*by 1024/);
});

Deno.test({
  name: "with ulimit -n 64, 60 connections at once do not end the service",
  ignore: Deno.build.os === "windows",
  async fn() {
    const env = { INFERENCE_WORKERS: "1", CLIENT_TIMEOUT_MS: "1000" };
    await using program = await startProgram([], env, 64);
    const port = Number(new URL(program.url).port);
    /** Tries for 30 s, because connections that wait to be accepted are reset meanwhile. */
    const isAlive = async () => {
      for (const start = performance.now(); performance.now() - start < 30_000;) {
        try {
          const signal = AbortSignal.timeout(5000);
          const answer = await fetch(`${program.url}v2/health/live`, { signal });
          await answer.body?.cancel();
          return answer.status === 200;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      return false;
    };
    const silent = await Promise.all(
      Array.from({ length: 60 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    try {
      ok(await isAlive(), "not alive during the attack");
    } finally {
      for (const connection of silent) connection.close();
    }
    ok(await isAlive(), "not alive after the attack");
    match(program.printed(), /MAX_CONNECTIONS are open|socket had stopped accepting/);
    // The limits also hold for a socket that was opened again.
    const slow = await Deno.connect({ hostname: "127.0.0.1", port });
    await slow.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: local"));
    match(await new Response(slow.readable).text(), /^HTTP\/1\.1 408 /);
  },
});
