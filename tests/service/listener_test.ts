import { equal, match, ok } from "node:assert/strict";
import { listen, type ListeningService, sample } from "../service.ts";

/** Opens a connection, sends text, and gives all that comes until the other side closes. */
async function talk(
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
    // Reset, which closes it too.
  }
  return { answer, milliseconds: performance.now() - start };
}

Deno.test("slow clients are cut off, be it the header or the body", async () => {
  await using service = await listen({ CLIENT_TIMEOUT_MS: "300" });
  const header = await talk(service, "POST /model/predict HTTP/1.1\r\nHost: a\r\nContent-");
  match(header.answer, /^HTTP\/1\.1 408 /);
  const body = await talk(
    service,
    "POST /model/predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nx",
  );
  match(body.answer, /^HTTP\/1\.1 408 /);
  match(body.answer, /request_too_slow/);
  for (const { milliseconds } of [header, body]) ok(milliseconds < 5000, `${milliseconds} ms`);
});

Deno.test("a header that is too large is refused", async () => {
  await using service = await listen({ MAX_HEADER_BYTES: "2048" });
  const { answer } = await talk(
    service,
    `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${"a".repeat(4096)}\r\n\r\n`,
  );
  match(answer, /^HTTP\/1\.1 431 /);
});

Deno.test("connections beyond the bound are closed, and there is room again afterwards", async () => {
  await using service = await listen({ MAX_CONNECTIONS: "2" });
  const port = Number(new URL(service.url).port);
  const open = await Promise.all([1, 2].map(() => Deno.connect({ hostname: "127.0.0.1", port })));
  const third = await talk(service, "GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n");
  equal(third.answer, "");
  for (const connection of open) connection.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const request = "GET /v2/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  match((await talk(service, request)).answer, /^HTTP\/1\.1 200 /);
});

Deno.test("metrics are read as Prometheus' text and as OpenMetrics", async () => {
  await using service = await listen();
  const body = await sample("metaphase");
  const headers = { "content-type": "image/png" };
  await (await fetch(`${service.url}model/predict`, { method: "POST", headers, body })).text();
  const plain = await fetch(`${service.url}metrics`);
  match(plain.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await plain.text();
  match(
    text,
    /^mitosis_http_requests_total\{route="\/model\/predict",method="POST",status="200"\} 1$/m,
  );
  match(text, /^mitosis_workers_alive 1$/m);
  match(
    text,
    /^mitosis_probability_bucket\{le="0\.99"\} 0\nmitosis_probability_bucket\{le="1"\} 1$/m,
  );
  const accept = "application/openmetrics-text; version=1.0.0";
  const open = await fetch(`${service.url}metrics`, { headers: { accept } });
  match(open.headers.get("content-type") ?? "", /^application\/openmetrics-text/);
  match(await open.text(), /# EOF\n$/);
});
