import { deepEqual, equal, match, ok } from "node:assert/strict";
import { formWith, post, sample, startService } from "../service.ts";

const raw = (body: BodyInit, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "content-type": "image/png", ...headers },
  body,
});

Deno.test("what does not fit is 429 with Retry-After, and all others are answered", async () => {
  await using service = await startService({ QUEUE_SIZE: "8" });
  const patch = await sample("metaphase");
  const responses = await Promise.all(
    Array.from({ length: 40 }, () => service.request("/model/predict", raw(patch))),
  );
  const statuses = responses.map(({ status }) => status);
  deepEqual([...new Set(statuses)].sort(), [200, 429]);
  equal(statuses.filter((status) => status === 200).length, 8);
  const refused = responses.find(({ status }) => status === 429);
  match(refused?.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  equal((await refused?.json()).code, "overloaded");
  equal((await service.request("/model/predict", raw(patch))).status, 200);
});

Deno.test("a client's deadline lowers the service's; what comes after it is 504 and not run", async () => {
  await using service = await startService({ REQUEST_TIMEOUT_MS: "60000", BATCH_SIZE: "1" });
  const patch = await sample("metaphase");
  const many = formWith(...Array.from({ length: 200 }, () => patch));
  const headers = { "x-request-timeout-ms": "60" };
  const late = await service.request("/model/predict", { ...post(many), headers });
  equal(late.status, 504);
  equal((await late.json()).code, "deadline_exceeded");
  equal(service.classifier.engine.load().waiting, 0);
  const odd = await service.request(
    "/model/predict",
    raw(patch, { "x-request-timeout-ms": "soon" }),
  );
  equal(odd.status, 400);
});

Deno.test("when the client leaves, its work is dropped and its places are free", async () => {
  await using service = await startService({ BATCH_SIZE: "1", QUEUE_SIZE: "256" });
  const patch = await sample("metaphase");
  const left = new AbortController();
  const many = formWith(...Array.from({ length: 200 }, () => patch));
  const answer = service.request("/model/predict", { ...post(many), signal: left.signal });
  while (service.classifier.engine.load().waiting < 20) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  left.abort();
  await answer;
  equal(service.classifier.engine.load().waiting, 0);
  const [text] = await service.service.metrics(false);
  match(text, /mitosis_http_requests_refused_total\{code="client_left"\} 1/);
  match(text, /mitosis_images_in_service 0/);
});

Deno.test("a single patch does not wait for the tail of a large request", async () => {
  await using service = await startService({ BATCH_SIZE: "4" });
  const patch = await sample("metaphase");
  let done = false;
  const large = service.request(
    "/model/predict",
    post(formWith(...Array.from({ length: 256 }, () => patch))),
  ).then((response) => {
    done = true;
    return response;
  });
  while (service.classifier.engine.load().waiting < 40) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  equal((await service.request("/model/predict", raw(patch))).status, 200);
  equal(done, false);
  equal((await large).status, 200);
});

Deno.test("a request says where its time went, and the log has one line of it", async () => {
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

Deno.test("told to stop: readiness 503 at once, requests still answered, then 503 to all", async () => {
  await using service = await startService();
  const patch = await sample("metaphase");
  service.service.leave();
  equal((await service.request("/v2/health/ready")).status, 503);
  const last = await service.request("/model/predict", raw(patch));
  deepEqual([last.status, last.headers.get("connection")], [200, "close"]);
  service.service.drain();
  const refused = await service.request("/model/predict", raw(patch));
  deepEqual([refused.status, (await refused.json()).code], [503, "stopping"]);
  equal((await service.request("/v2/health/live")).status, 200);
});
