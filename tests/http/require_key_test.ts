import { deepEqual, equal } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("with API keys set, every route except health, pages and API descriptions needs one", async () => {
  await using service = await startService({ API_KEYS: "alpha, beta" });
  const status = async (path: string, headers: Record<string, string> = {}) => {
    const response = await service.request(path, { headers });
    await response.body?.cancel();
    return response.status;
  };
  for (const path of ["/v2/health/live", "/v2/health/ready", "/", "/openapi.json"]) {
    equal(await status(path), 200, path);
  }
  for (
    const path of [
      "/model/metadata",
      "/metrics",
      `/v2/models/${service.classifier.bundle.manifest.id}`,
    ]
  ) {
    equal(await status(path), 401, path);
    equal(await status(path, { "x-api-key": "beta" }), 200, path);
    equal(await status(path, { authorization: "Bearer alpha" }), 200, path);
    equal(await status(path, { "x-api-key": "alph" }), 401, path);
  }
  const refused = await service.request("/model/metadata");
  deepEqual([refused.headers.get("www-authenticate"), (await refused.json()).code], [
    "Bearer",
    "key_missing",
  ]);
});
