import { deepEqual, equal, match } from "node:assert/strict";
import { formWith, post, sample, startService } from "../service.ts";

/** A POST of one PNG file as the body. */
const postPng = (body: BodyInit, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "content-type": "image/png", ...headers },
  body,
});

Deno.test("requests beyond QUEUE_SIZE are answered with 429 with Retry-After, all others 200", async () => {
  await using service = await startService({ QUEUE_SIZE: "8" });
  const patch = await sample("metaphase");
  const responses = await Promise.all(
    Array.from({ length: 40 }, () => service.request("/model/predict", postPng(patch))),
  );
  const statuses = responses.map(({ status }) => status);
  deepEqual([...new Set(statuses)].sort(), [200, 429]);
  equal(statuses.filter((status) => status === 200).length, 8);
  const refused = responses.find(({ status }) => status === 429);
  match(refused?.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  equal((await refused?.json()).code, "overloaded");
  equal((await service.request("/model/predict", postPng(patch))).status, 200);
});

Deno.test("a client lowers the deadline: a late request is answered with 504 and its queue is emptied", async () => {
  await using service = await startService({ REQUEST_TIMEOUT_MS: "60000", BATCH_SIZE: "1" });
  const patch = await sample("metaphase");
  const many = formWith(...Array.from({ length: 200 }, () => patch));
  const headers = { "x-request-timeout-ms": "60" };
  const late = await service.request("/model/predict", { ...post(many), headers });
  equal(late.status, 504);
  equal((await late.json()).code, "deadline_exceeded");
  equal(service.classifier.engine.load().waiting, 0);
  const invalid = await service.request(
    "/model/predict",
    postPng(patch, { "x-request-timeout-ms": "soon" }),
  );
  equal(invalid.status, 400);
});

Deno.test("when the client disconnects, its queued work is dropped and its capacity is free", async () => {
  await using service = await startService({ BATCH_SIZE: "1", QUEUE_SIZE: "256" });
  const patch = await sample("metaphase");
  const client = new AbortController();
  const many = formWith(...Array.from({ length: 200 }, () => patch));
  const answer = service.request("/model/predict", { ...post(many), signal: client.signal });
  while (service.classifier.engine.load().waiting < 20) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  client.abort();
  await answer;
  equal(service.classifier.engine.load().waiting, 0);
  const [text] = await service.service.metrics(false);
  match(text, /mitosis_http_requests_refused_total\{code="client_left"\} 1/);
  match(text, /mitosis_images_in_service 0/);
});

Deno.test("a single patch is answered before a large request that came first", async () => {
  await using service = await startService({ BATCH_SIZE: "4" });
  const patch = await sample("metaphase");
  let isLargeAnswered = false;
  const large = service.request(
    "/model/predict",
    post(formWith(...Array.from({ length: 256 }, () => patch))),
  ).then((response) => {
    isLargeAnswered = true;
    return response;
  });
  while (service.classifier.engine.load().waiting < 40) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  equal((await service.request("/model/predict", postPng(patch))).status, 200);
  equal(isLargeAnswered, false);
  equal((await large).status, 200);
});
