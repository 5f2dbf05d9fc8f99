import { deepEqual, equal, ok } from "node:assert/strict";
import { encode } from "fast-png";
import { startProgram } from "../program.ts";
import { listen, type ListeningService } from "../service.ts";

/** Connects, sends these bytes, and reads nothing. */
async function sendOnly(url: string, ...parts: (string | Uint8Array)[]): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const writer = connection.writable.getWriter();
  for (const part of parts) {
    await writer.write(typeof part === "string" ? new TextEncoder().encode(part) : part);
  }
  return connection;
}

/** More answers than the buffers of two sockets hold, on one connection. */
function manyFiles(): string {
  return "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(16);
}

/** The head of a search that lists every window, with its events. */
function searchHead(body: Uint8Array, timeoutMs: number): string {
  return "POST /model/detect?exact=true&threshold=0&suppression=0 HTTP/1.1\r\nHost: localhost\r\n" +
    `Accept: text/event-stream\r\nX-Request-Timeout-Ms: ${timeoutMs}\r\n` +
    `Content-Type: image/png\r\nContent-Length: ${body.length}\r\n\r\n`;
}

/** A field in which a search finds so many points that their events fill the buffers of a socket. */
function largeField(): Uint8Array {
  const side = 3072;
  return new Uint8Array(
    encode({ width: side, height: side, channels: 3, data: new Uint8Array(side * side * 3) }),
  );
}

async function metric({ service }: ListeningService, name: string): Promise<number> {
  const [text] = await service.metrics(false);
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

async function until(isTrue: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const start = performance.now();
  while (performance.now() - start < timeoutMs) {
    if (await isTrue()) return true;
    await sleep(50);
  }
  return false;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("a client that does not read its answer is disconnected after SEND_TIMEOUT_MS", async () => {
  await using service = await listen({ SEND_TIMEOUT_MS: "500" });
  const connection = await sendOnly(service.url, manyFiles());
  const stalled = () => metric(service, "mitosis_connections_stalled_total");
  ok(await until(async () => await stalled() === 1, 5000), "it is still connected");
  connection.close();
  const isLogged = () => service.logged.some((line) => line.includes("does not read the answer"));
  ok(await until(() => Promise.resolve(isLogged()), 1000), "it is not logged");
});

Deno.test("a client that reads slowly gets its whole answer, and a large answer has a length", async () => {
  await using service = await listen({ SEND_TIMEOUT_MS: "1000" });
  const answer = await fetch(`${service.url}docs/swagger-ui-bundle.js`);
  const body = await answer.bytes();
  ok(body.length > 1e6);
  const plain = await fetch(`${service.url}docs/swagger-ui-bundle.js`, {
    headers: { "accept-encoding": "identity" },
  });
  const size = Number(plain.headers.get("content-length"));
  const parts: number[] = [];
  for await (const part of plain.body ?? []) {
    parts.push(part.length);
    if (parts.length % 4 === 0) await sleep(50);
  }
  deepEqual([parts.reduce((sum, part) => sum + part, 0), body.length], [size, size]);
  equal(await metric(service, "mitosis_connections_stalled_total"), 0);
});

Deno.test("a search whose events are not read gives its place back at its deadline", async () => {
  await using service = await listen({ SEND_TIMEOUT_MS: "60000" });
  const field = largeField();
  const connection = await sendOnly(service.url, searchHead(field, 15_000), field);
  const images = () => metric(service, "mitosis_images_in_service");
  ok(await until(async () => await images() > 0, 5000), "it was not admitted");
  ok(await until(async () => await images() === 0, 17_000), "it keeps its place");
  connection.close();
});

Deno.test({
  name: "clients that do not read their answers do not hold up a stop, nor make it fail",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using program = await startProgram([], {
      SHUTDOWN_GRACE_MS: "0",
      SHUTDOWN_TIMEOUT_MS: "2000",
    });
    const connections = await Promise.all(
      Array.from({ length: 20 }, () => sendOnly(program.url, manyFiles())),
    );
    await sleep(1000);
    const start = performance.now();
    program.process.kill("SIGTERM");
    const { code } = await program.process.status;
    deepEqual([code, performance.now() - start < 4000], [0, true]);
    for (const connection of connections) connection.close();
  },
});
