import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createService } from "../../src/service/service.ts";
import { problems } from "../../src/errors.ts";
import { readConfig } from "../../src/config.ts";
import { startService } from "../service.ts";

Deno.test("routes beside predict", async (t) => {
  await using service = await startService();
  const json = async (path: string) => await (await service.request(path)).json();

  await t.step("metadata has IBM's six fields and more", async () => {
    const metadata = await json("/model/metadata");
    const ibm = ["id", "name", "description", "type", "license", "source"];
    for (const field of ibm) equal(typeof metadata[field], "string", field);
    match(metadata.sha256, /^[0-9a-f]{64}$/);
    equal(metadata.threshold, service.classifier.bundle.manifest.threshold);
    deepEqual([metadata.input.width, metadata.input.height], [64, 64]);
  });

  await t.step("health is told as the Open Inference Protocol has it", async () => {
    deepEqual(await json("/v2/health/live"), { live: true });
    deepEqual(await json("/v2/health/ready"), { ready: true });
  });

  await t.step("swagger.json is what IBM's clients expect", async () => {
    const response = await service.request("/swagger.json");
    equal(response.headers.get("content-type"), "application/json");
    const swagger = await response.json();
    equal(swagger.swagger, "2.0");
    equal(swagger.info.title, "MAX Breast Cancer Mitosis Detector");
    deepEqual(Object.keys(swagger.paths).sort(), ["/model/metadata", "/model/predict"]);
    deepEqual(swagger.paths["/model/predict"].post.parameters[0].type, "file");
  });

  await t.step("openapi.json describes every route with its problems and examples", async () => {
    const document = await json("/openapi.json");
    equal(document.openapi, "3.1.0");
    const { post } = document.paths["/model/predict"];
    deepEqual(Object.keys(post.requestBody.content), ["multipart/form-data", "image/png"]);
    const examples = post.responses[400].content["application/json"].examples;
    ok("image_wrong_size" in examples && "image_unsupported" in examples);
    ok("application/problem+json" in post.responses[413].content);
  });

  await t.step("an unknown address is 404, a wrong method 405 with Allow", async () => {
    equal((await service.request("/nothing")).status, 404);
    const response = await service.request("/model/predict", { method: "DELETE" });
    equal(response.status, 405);
    equal(response.headers.get("allow"), "POST");
    equal((await response.json()).code, "method_not_allowed");
  });

  await t.step("a request id is honoured or made", async () => {
    const headers = { "x-request-id": "slide-42" };
    const response = await service.request("/nothing", { headers });
    equal((await response.json()).requestId, "slide-42");
    match((await service.request("/")).headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  });

  await t.step("pages allow nothing from elsewhere", async () => {
    const page = await service.request("/");
    match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
    const text = await page.text();
    ok(!/(src|href)="(https?:)?\/\//.test(text));
    match(text, /For research only/);
  });

  await t.step("other origins are not let in", async () => {
    const headers = { origin: "https://viewer.example" };
    const response = await service.request("/model/metadata", { headers });
    equal(response.headers.get("access-control-allow-origin"), null);
  });
});

/** A service that has not loaded its model: what is asked of it here needs none. */
function withoutModel(env: Record<string, string>) {
  const { fetch } = createService(readConfig((name) => env[name]), { writeLog() {} });
  return async (path: string, init?: RequestInit) =>
    await fetch(new Request(new URL(path, "http://localhost"), init));
}

Deno.test("CORS is opened to all, or to a list of origins", async () => {
  const allowed = async (env: Record<string, string>) => {
    const headers = { origin: "https://viewer.example" };
    const response = await withoutModel(env)("/v2/health/live", { headers });
    return response.headers.get("access-control-allow-origin");
  };
  equal(await allowed({ CORS_ENABLE: "true" }), "*");
  const list = "https://other.example, https://viewer.example";
  equal(await allowed({ CORS_ENABLE: "true", CORS_ORIGINS: list }), "https://viewer.example");
  equal(await allowed({ CORS_ENABLE: "true", CORS_ORIGINS: "https://other.example" }), null);
});

Deno.test("before the model is loaded, what needs it answers 503 and health says so", async () => {
  const request = withoutModel({});
  equal((await request("/v2/health/live")).status, 200);
  for (const path of ["/v2/health/ready", "/model/metadata"]) {
    const response = await request(path);
    equal(response.status, 503);
    equal(response.headers.get("retry-after"), "2");
    await response.body?.cancel();
  }
});

Deno.test("every problem has a status of its kind and a title of its own", () => {
  const titles = Object.values(problems).map(({ title }) => title);
  equal(new Set(titles).size, titles.length);
  for (const { status } of Object.values(problems)) ok(status >= 400 && status < 600);
});
