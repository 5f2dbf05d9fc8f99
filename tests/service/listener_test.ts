import { equal, match, ok } from "node:assert/strict";
import { listen, type ListeningService } from "../service.ts";

/** Opens a connection, sends text, and returns everything received until the service closes. */
async function sendText(
  { url }: ListeningService,
  text: string,
): Promise<{ readonly answer: string; readonly milliseconds: number }> {
  const start = performance.now();
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  let answer = "";
  try {
    await connection.write(new TextEncoder().encode(text));
    for await (const chunk of connection.readable) answer += new TextDecoder().decode(chunk);
  } catch {
    // The service reset the connection, which closes it as well.
  }
  return { answer, milliseconds: performance.now() - start };
}

Deno.test("a client that is slow to send its header or its body is answered with 408", async () => {
  await using service = await listen({ CLIENT_TIMEOUT_MS: "300" });
  const header = await sendText(
    service,
    "POST /model/predict HTTP/1.1\r\nHost: localhost\r\nContent-",
  );
  match(header.answer, /^HTTP\/1\.1 408 /);
  const body = await sendText(
    service,
    "POST /model/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nx",
  );
  match(body.answer, /^HTTP\/1\.1 408 /);
  match(body.answer, /request_too_slow/);
  for (const { milliseconds } of [header, body]) ok(milliseconds < 5000, `${milliseconds} ms`);
});

Deno.test("a header larger than MAX_HEADER_BYTES is answered with 431", async () => {
  await using service = await listen({ MAX_HEADER_BYTES: "2048" });
  const { answer } = await sendText(
    service,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"a".repeat(4096)}\r\n\r\n`,
  );
  match(answer, /^HTTP\/1\.1 431 /);
});

Deno.test("connections beyond MAX_CONNECTIONS are closed, until others have ended", async () => {
  await using service = await listen({ MAX_CONNECTIONS: "2" });
  const port = Number(new URL(service.url).port);
  const open = await Promise.all([1, 2].map(() => Deno.connect({ hostname: "127.0.0.1", port })));
  const third = await sendText(service, "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
  equal(third.answer, "");
  for (const connection of open) connection.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const request = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  match((await sendText(service, request)).answer, /^HTTP\/1\.1 200 /);
});

Deno.test("a request names its host once; HTTP/1.0 need not", async () => {
  await using service = await listen();
  const status = async (version: string, ...hosts: string[]) => {
    const lines = [`GET /v2/health/live HTTP/${version}`, ...hosts, "Connection: close", "", ""];
    return (await sendText(service, lines.join("\r\n"))).answer.slice(9, 12);
  };
  equal(await status("1.1", "Host: localhost"), "200");
  equal(await status("1.1"), "400");
  equal(await status("1.1", "Host: localhost", "host: localhost"), "400");
  equal(await status("1.0"), "200");
  equal(await status("1.0", "Host: localhost", "HOST: evil.example"), "400");
});
