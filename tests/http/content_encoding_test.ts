import { deepEqual, equal, match, ok } from "node:assert/strict";
import { deflateRawSync, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { shared, sharedTest } from "../optional.ts";
import { formWith, sample, startService, type TestService } from "../service.ts";

const patch = await sample("metaphase");

async function predict(
  service: TestService,
  encoding: string,
  body: Uint8Array<ArrayBuffer>,
  type = "image/png",
) {
  const headers = { "content-type": type, "content-encoding": encoding };
  const answer = await service.request("/model/predict", { method: "POST", headers, body });
  const json = await answer.json();
  return { answer, json, code: `${answer.status} ${json.code ?? ""}`.trim() };
}

Deno.test("a compressed body is read like the body itself", async () => {
  await using service = await startService();
  const { json: expected } = await predict(service, "identity", patch);
  ok(expected.predictions[0].probability > 0.9);
  const bytes = (buffer: Uint8Array) => new Uint8Array(buffer);
  deepEqual((await predict(service, "gzip", bytes(gzipSync(patch)))).json, expected);
  deepEqual((await predict(service, "X-GZIP", bytes(gzipSync(patch)))).json, expected);
  deepEqual((await predict(service, "deflate", bytes(deflateSync(patch)))).json, expected);
  const form = new Response(formWith(patch));
  const type = form.headers.get("content-type") ?? "";
  const body = bytes(gzipSync(new Uint8Array(await form.arrayBuffer())));
  deepEqual((await predict(service, "gzip", body, type)).json, expected);
  const infer = await service.request(
    `/v2/models/${service.classifier.bundle.manifest.id}/infer`,
    { method: "POST", headers: { "content-encoding": "gzip" }, body: bytes(gzipSync("[1]")) },
  );
  match((await infer.json()).error, /not valid/);
});

Deno.test("other encodings are 415 with Accept-Encoding, damaged bodies 400", async () => {
  await using service = await startService();
  for (const encoding of ["br", "zstd", "gzip, gzip", "constructor"]) {
    const { answer, code } = await predict(service, encoding, patch);
    equal(code, "415 encoding_unsupported");
    equal(answer.headers.get("accept-encoding"), "gzip, deflate");
  }
  const gzip = new Uint8Array(gzipSync(patch));
  const damaged = gzip.with(100, (gzip[100] ?? 0) ^ 0xff);
  equal((await predict(service, "gzip", damaged)).code, "400 request_invalid");
  equal((await predict(service, "gzip", gzip.slice(0, -9))).code, "400 request_invalid");
  equal((await predict(service, "gzip", patch)).code, "400 request_invalid");
  const raw = new Uint8Array(deflateRawSync(patch));
  equal((await predict(service, "deflate", raw)).code, "400 request_invalid");
});

Deno.test("a body that inflates to more than MAX_BODY_BYTES is refused before it is inflated", async () => {
  await using service = await startService({ MAX_BODY_BYTES: "1000000" });
  const bomb = new Uint8Array(gzipSync(new Uint8Array(500_000_000)));
  ok(bomb.length < 1_000_000);
  const before = Deno.memoryUsage().rss;
  const { code, answer } = await predict(service, "gzip", bomb);
  equal(code, "413 body_too_large");
  equal(answer.headers.get("connection"), "close");
  ok(Deno.memoryUsage().rss - before < 50e6);
});

sharedTest("a request as Triton's client compresses it is answered", async () => {
  const example = await Deno.readFile(`${shared}/failing-inputs/infer.json.gz`);
  await using service = await startService();
  const path = `/v2/models/${service.classifier.bundle.manifest.id}/infer`;
  const send = (headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
    service.request(path, { method: "POST", headers, body });
  const json = new Uint8Array(gunzipSync(example));
  const plain = await send({ "content-type": "application/json" }, json);
  const [output] = (await plain.json()).outputs;
  ok(Math.abs(output.data[0] - 0.99984) < 1e-5, output.data[0]);
  const compressed = await send({ "content-encoding": "gzip" }, example);
  deepEqual((await compressed.json()).outputs, [output]);
  const { inputs: [{ data }] } = JSON.parse(new TextDecoder().decode(json));
  const raw = await send({
    "content-type": "application/octet-stream",
    "inference-header-content-length": "0",
  }, new Uint8Array(data));
  deepEqual((await raw.json()).outputs, [output]);
});
