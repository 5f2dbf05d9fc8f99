import { deepEqual, equal, ok } from "node:assert/strict";
import { startProgram } from "../program.ts";
import { formWith, post, sample } from "../service.ts";

/** Defines a test that is skipped on Windows, which has no SIGTERM. */
function unixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

const patch = await sample("metaphase");

unixTest(
  "after SIGTERM readiness is 503, requests are still answered, and the exit code is 0",
  async () => {
    await using program = await startProgram([], { SHUTDOWN_GRACE_MS: "800" });
    const many = () => post(formWith(...Array.from({ length: 100 }, () => patch)));
    const before = fetch(`${program.url}model/predict`, many());
    await (await fetch(`${program.url}v2/health/ready`)).text();
    program.process.kill("SIGTERM");
    let status = 200;
    for (let tries = 0; status === 200 && tries < 100; tries++) {
      const ready = await fetch(`${program.url}v2/health/ready`);
      await ready.text();
      status = ready.status;
    }
    equal(status, 503);
    const during = await fetch(`${program.url}model/predict`, many());
    for (const answer of [await before, during]) {
      equal(answer.status, 200);
      equal((await answer.json()).predictions.length, 100);
    }
    equal((await program.process.status).code, 0);
  },
);

unixTest("a second signal stops the service at once", async () => {
  await using program = await startProgram([], { SHUTDOWN_GRACE_MS: "60000" });
  program.process.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 200));
  const start = performance.now();
  program.process.kill("SIGINT");
  const { code } = await program.process.status;
  deepEqual(code, 1);
  ok(performance.now() - start < 5000);
});

unixTest("SHUTDOWN_TIMEOUT_MS stops the service although a request is in progress", async () => {
  await using program = await startProgram([], {
    SHUTDOWN_GRACE_MS: "0",
    SHUTDOWN_TIMEOUT_MS: "500",
    CLIENT_TIMEOUT_MS: "60000",
  });
  const connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(program.url).port),
  });
  const head = "POST /model/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n" +
    "Content-Length: 99\r\n\r\nx";
  await connection.write(new TextEncoder().encode(head));
  await new Promise((resolve) => setTimeout(resolve, 200));
  program.process.kill("SIGTERM");
  equal((await program.process.status).code, 1);
  connection.close();
});
