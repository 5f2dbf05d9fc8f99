import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
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

const LIVE = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

Deno.test("a connection beyond MAX_CONNECTIONS replaces the oldest that has no request", async () => {
  await using service = await listen({ MAX_CONNECTIONS: "2", LOG_FORMAT: "json" });
  const port = Number(new URL(service.url).port);
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
  const busy = await connect();
  const head = "POST /model/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n";
  await busy.write(new TextEncoder().encode(`${head}Content-Length: 99\r\n\r\nx`));
  const inProgress = async () => {
    const [text] = await service.service.metrics(false);
    return /^mitosis_requests_in_progress 1$/m.test(text);
  };
  while (!await inProgress()) await new Promise((resolve) => setTimeout(resolve, 10));
  const silent = await connect();
  match((await sendText(service, LIVE)).answer, /^HTTP\/1\.1 200 /);
  await rejects(async () => equal(await silent.read(new Uint8Array(1)), "reset"));
  while (service.logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  match(service.logged.join("\n"), /connections are closed because MAX_CONNECTIONS are open/);

  // With two requests in progress, the third connection is closed.
  const alsoBusy = await connect();
  await alsoBusy.write(new TextEncoder().encode(`${head}Content-Length: 99\r\n\r\nx`));
  let answer = (await sendText(service, LIVE)).answer;
  for (let tries = 0; answer !== "" && tries < 100; tries++) {
    answer = (await sendText(service, LIVE)).answer;
  }
  equal(answer, "");
  const [text] = await service.service.metrics(false);
  match(text, /^mitosis_connections_dropped_total\{which="new"\} [1-9]/m);
  for (const connection of [busy, silent, alsoBusy]) connection.close();
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

Deno.test("requests that are sent before the first answer are answered in their order", async () => {
  await using service = await listen();
  const paths = ["/docs/swagger-ui-bundle.js", "/v2/health/live", "/nowhere", "/v2/health/ready"];
  const requests = paths.map((path, i) => {
    const connection = i === paths.length - 1 ? "Connection: close\r\n" : "";
    return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${connection}\r\n`;
  });
  const { answer } = await sendText(service, requests.join(""));
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
  deepEqual(statuses, ["200", "200", "404", "200"]);
  match(answer, /"live":true[^]*"ready":true/);
});
