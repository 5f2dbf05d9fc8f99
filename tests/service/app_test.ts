import { equal } from "node:assert/strict";
import { serviceWithoutModel, startService } from "../service.ts";

Deno.test("an unknown path is answered with 404, a wrong method 405 with Allow", async () => {
  await using service = await startService();
  equal((await service.request("/nothing")).status, 404);
  const response = await service.request("/model/predict", { method: "DELETE" });
  equal(response.status, 405);
  equal(response.headers.get("allow"), "POST");
  equal((await response.json()).code, "method_not_allowed");
});

Deno.test("pages of other origins are not allowed by default", async () => {
  await using service = await startService();
  const headers = { origin: "https://viewer.example" };
  const response = await service.request("/model/metadata", { headers });
  equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("CORS_ENABLE allows pages of all origins, or of the origins in CORS_ORIGINS", async () => {
  const allowed = async (env: Record<string, string>) => {
    const headers = { origin: "https://viewer.example" };
    const response = await serviceWithoutModel(env)("/v2/health/live", { headers });
    return response.headers.get("access-control-allow-origin");
  };
  equal(await allowed({ CORS_ENABLE: "true" }), "*");
  const list = "https://other.example, https://viewer.example";
  equal(await allowed({ CORS_ENABLE: "true", CORS_ORIGINS: list }), "https://viewer.example");
  equal(await allowed({ CORS_ENABLE: "true", CORS_ORIGINS: "https://other.example" }), null);
});
