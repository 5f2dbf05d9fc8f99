import { deepEqual, equal } from "node:assert/strict";
import { sample, serviceWithoutModel, startService } from "../service.ts";

Deno.test("before the model is loaded, readiness and routes that need it answer 503", async () => {
  const request = serviceWithoutModel({});
  equal((await request("/v2/health/live")).status, 200);
  for (const path of ["/v2/health/ready", "/model/metadata"]) {
    const response = await request(path);
    equal(response.status, 503);
    equal(response.headers.get("retry-after"), "2");
    await response.body?.cancel();
  }
});

Deno.test("a stopping service fails readiness but answers requests; a draining one answers 503", async () => {
  await using service = await startService();
  const body = await sample("metaphase");
  const postPng = () => ({ method: "POST", headers: { "content-type": "image/png" }, body });
  service.service.failReadiness();
  equal((await service.request("/v2/health/ready")).status, 503);
  const last = await service.request("/model/predict", postPng());
  deepEqual([last.status, last.headers.get("connection")], [200, "close"]);
  service.service.refuseRequests();
  const refused = await service.request("/model/predict", postPng());
  deepEqual([refused.status, (await refused.json()).code], [503, "stopping"]);
  equal((await service.request("/v2/health/live")).status, 200);
});
