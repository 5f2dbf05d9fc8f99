import { deepEqual, equal, match, ok } from "node:assert/strict";
import { formWith, post, sample, startService } from "../service.ts";

Deno.test("the answer has the times of its stages, and the log has one line for the request", async () => {
  await using service = await startService({ LOG_FORMAT: "json" });
  const headers = { "x-request-id": "slide-7" };
  const form = post(formWith(await sample("metaphase")));
  const response = await service.request("/model/predict", { ...form, headers });
  equal(response.headers.get("x-request-id"), "slide-7");
  match(
    response.headers.get("server-timing") ?? "",
    /^decode;dur=[\d.]+, queue;dur=[\d.]+, inference;dur=[\d.]+, total;dur=[\d.]+$/,
  );
  await service.service.close();
  equal(service.logged.length, 1);
  const line = JSON.parse(service.logged[0] ?? "");
  deepEqual([line.requestId, line.route, line.status, line.images], [
    "slide-7",
    "/model/predict",
    200,
    1,
  ]);
  ok(line.ms > 0 && !JSON.stringify(line).includes("patch.png"));
});

Deno.test("a request keeps the id that the client gave, or gets a new one", async () => {
  await using service = await startService();
  const headers = { "x-request-id": "slide-42" };
  const response = await service.request("/nothing", { headers });
  equal((await response.json()).requestId, "slide-42");
  match((await service.request("/")).headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});
