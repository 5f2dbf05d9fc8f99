import { deepEqual, equal, match, ok } from "node:assert/strict";
import { encode } from "fast-png";
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

unixTest(
  "before SHUTDOWN_TIMEOUT_MS a request that does not arrive is answered with 503",
  async () => {
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
    const answer = await new Response(connection.readable).text();
    match(answer, /^HTTP\/1\.1 503 [^]*"code":"stopping"/);
    equal((await program.process.status).code, 0);
  },
);

/** A field whose search takes longer than the test: 16 million windows. */
function endlessField(): Uint8Array<ArrayBuffer> {
  const side = 4096;
  const data = new Uint8Array(side * side * 3);
  return new Uint8Array(encode({ width: side, height: side, channels: 3, data }));
}

unixTest(
  "at SIGTERM, long searches end with 503 or an error event, are logged, and the exit code is 0",
  async () => {
    await using program = await startProgram([], {
      SHUTDOWN_GRACE_MS: "0",
      SHUTDOWN_TIMEOUT_MS: "3000",
      LOG_FORMAT: "json",
    });
    const search = (accept: string) =>
      fetch(`${program.url}model/detect?exact=true&stride=4`, {
        method: "POST",
        headers: { "content-type": "image/png", accept },
        body: endlessField(),
      });
    // A search that still waits for its turn is refused with JSON, so the stream begins first.
    const stream = await search("text/event-stream");
    match(stream.headers.get("content-type") ?? "", /^text\/event-stream/);
    const events = stream.text();
    const json = search("application/json");
    const waiting = search("application/json");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    program.process.kill("SIGTERM");
    for (const answer of [await json, await waiting]) {
      equal(answer.status, 503);
      match(answer.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
      equal((await answer.json()).code, "stopping");
    }
    match(await events, /event: error\ndata: \{"status":"error","code":"stopping"/);
    equal((await program.process.status).code, 0);
    const lines = program.printed().split("\n").filter((line) => line.includes("/model/detect"));
    deepEqual(lines.map((line) => JSON.parse(line).code), ["stopping", "stopping", "stopping"]);
  },
);
