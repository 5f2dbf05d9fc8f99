import { equal, rejects } from "node:assert/strict";
import { startProgram } from "../program.ts";
import { formWith, listen, sample, startService, type TestService } from "../service.ts";

const patch = await sample("metaphase");

/** Sends a patch with these headers. Returns the status, with the code of the problem if there is one. */
async function predict(service: TestService, headers: Record<string, string>): Promise<string> {
  const init = { method: "POST", headers, body: formWith(patch) };
  const answer = await service.request("/model/predict", init);
  const { code = "" } = await answer.json();
  return `${answer.status} ${code}`.trim();
}

/** Sends a request of these lines and returns the status of its answer. */
async function statusOf(url: string, ...lines: string[]): Promise<number> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode([...lines, "", ""].join("\r\n")));
  const buffer = new Uint8Array(64);
  const length = await connection.read(buffer) ?? 0;
  return Number(new TextDecoder().decode(buffer.subarray(0, length)).split(" ")[1]);
}

Deno.test("a page of another site may not post, and clients that are not browsers may", async () => {
  await using service = await startService();
  const host = "127.0.0.1:5000";
  equal(await predict(service, { host, "sec-fetch-site": "cross-site" }), "403 origin_not_allowed");
  equal(await predict(service, { host, "sec-fetch-site": "same-site" }), "403 origin_not_allowed");
  equal(await predict(service, { host, origin: "http://evil.example" }), "403 origin_not_allowed");
  equal(
    await predict(service, { host, origin: "http://127.0.0.1:8080" }),
    "403 origin_not_allowed",
  );
  equal(await predict(service, { host, origin: "null" }), "403 origin_not_allowed");
  equal(await predict(service, { host, origin: `http://${host}` }), "200");
  equal(await predict(service, { host, "sec-fetch-site": "same-origin" }), "200");
  equal(await predict(service, { host }), "200");
  equal(await predict(service, {}), "200");
});

Deno.test("the page works behind a proxy that sends its own name as Host", async () => {
  await using service = await startService();
  const headers = { host: "127.0.0.1:5000", origin: "https://lab.example" };
  equal(await predict(service, headers), "403 origin_not_allowed");
  equal(await predict(service, { ...headers, "x-forwarded-host": "lab.example" }), "200");
  equal(await predict(service, { ...headers, "sec-fetch-site": "same-origin" }), "200");
});

Deno.test("CORS_ORIGINS allows pages of other sites to post", async () => {
  await using service = await startService({
    CORS_ENABLE: "true",
    CORS_ORIGINS: "https://viewer.example",
  });
  const from = (origin: string) => predict(service, { origin, "sec-fetch-site": "cross-site" });
  equal(await from("https://viewer.example"), "200");
  equal(await from("https://evil.example"), "403 origin_not_allowed");
  await using open = await startService({ CORS_ENABLE: "true" });
  equal(await predict(open, { origin: "https://evil.example" }), "200");
});

Deno.test("on a loopback address, only names of this machine are answered", async () => {
  await using service = await listen();
  const get = (host: string) =>
    statusOf(service.url, "GET /model/metadata HTTP/1.1", `Host: ${host}`, "Connection: close");
  equal(await get("evil.example"), 403);
  equal(await get("evil.example:5000"), 403);
  equal(await get("localhost.evil.example"), 403);
  equal(await get("127.0.0.1.evil.example"), 403);
  for (const host of ["localhost", "LocalHost:5000", "127.0.0.1:80", "[::1]:5000", "127.0.0.2"]) {
    equal(await get(host), 200, host);
  }
  await using named = await startService({ ALLOWED_HOSTS: "mitosis.lab" });
  equal(await predict(named, { host: "mitosis.lab:8080" }), "200");
  equal(await predict(named, { host: "other.lab" }), "403 host_not_allowed");
  await using public_ = await startService({ HOST: "0.0.0.0" });
  equal(await predict(public_, { host: "anything.example" }), "200");
});

Deno.test("the service listens on 127.0.0.1 unless HOST says otherwise", async () => {
  await using program = await startProgram([], { LOG_FORMAT: "none" });
  equal(await statusOf(program.url, "GET /v2/health/live HTTP/1.1", "Host: localhost"), 200);
  // 127.0.0.2 is this machine too, and answers only where the service listens on all addresses.
  const other = program.url.replace("127.0.0.1", "127.0.0.2");
  await rejects(fetch(`${other}v2/health/live`));
});
