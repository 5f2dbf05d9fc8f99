import { deepEqual, equal, match } from "node:assert/strict";
import { shared, sharedTest } from "../optional.ts";
import { formWith, listen, post, sample, startService } from "../service.ts";

Deno.test("below a proxy's prefix, the descriptions lead to the routes", async () => {
  await using service = await startService();
  const read = async (path: string, headers: Record<string, string> = {}) =>
    await (await service.request(path, { headers })).json();
  const { servers: [server] } = await read("/openapi.json");
  const document = "https://lab.example/tools/mitosis/openapi.json";
  equal(
    new URL(`${server.url}/model/predict`, document).href,
    "https://lab.example/tools/mitosis/model/predict",
  );
  const headers = { "x-forwarded-prefix": "/tools/mitosis" };
  deepEqual((await read("/openapi.json", headers)).servers, [{ url: "/tools/mitosis" }]);
  equal((await read("/swagger.json", headers)).basePath, "/tools/mitosis");
  equal((await read("/swagger.json")).basePath, "/");
  for (const prefix of ["//evil.example", "https://evil.example", "javascript:x", "/a b"]) {
    const odd = { "x-forwarded-prefix": prefix };
    deepEqual((await read("/openapi.json", odd)).servers, [{ url: "." }], prefix);
  }
});

Deno.test("event streams tell proxies not to buffer", async () => {
  await using service = await startService();
  const field = new Uint8Array(await sample("field"));
  const answer = await service.request("/model/detect", {
    ...post(formWith(field)),
    headers: { accept: "text/event-stream" },
  });
  equal(answer.headers.get("x-accel-buffering"), "no");
  match(await answer.text(), /event: result/);
});

Deno.test("pages of other origins can read when to try again, and the request's id", async () => {
  await using service = await startService({ CORS_ENABLE: "true" });
  const headers = { origin: "https://viewer.example" };
  const answer = await service.request("/model/metadata", { headers });
  const exposed = answer.headers.get("access-control-expose-headers")?.split(",") ?? [];
  for (const name of ["Retry-After", "X-Request-Id"]) equal(exposed.includes(name), true, name);
});

Deno.test("images are accepted under the media types that programs send", async () => {
  await using service = await startService();
  const field = await sample("field");
  for (const type of ["image/jpg", "image/tif", "IMAGE/X-PNG", "image/pjpeg", "image/png"]) {
    const init = { method: "POST", headers: { "content-type": type }, body: field };
    // The bytes are a PNG whatever the type says.
    equal((await service.request("/model/detect", init)).status, 200, type);
  }
  const svg = { method: "POST", headers: { "content-type": "image/svg+xml" }, body: field };
  equal((await service.request("/model/detect", svg)).status, 415);
});

sharedTest("a form with a field that the service does not know is answered", async () => {
  await using service = await startService();
  const headers = { "content-type": "multipart/form-data; boundary=BBB" };
  const body = await Deno.readFile(`${shared}/failing-inputs/form-with-extra-field.bin`);
  const answer = await service.request("/model/predict", { method: "POST", headers, body });
  const { predictions: [{ probability }] } = await answer.json();
  equal(probability.toFixed(5), "0.99984");
});

Deno.test("HTTP/2 without TLS is refused with 400, not left without an answer", async () => {
  await using service = await listen();
  const { hostname, port } = new URL(service.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  match(await new Response(connection.readable).text(), /^HTTP\/1\.1 400 /);
});
