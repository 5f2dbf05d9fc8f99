import { equal, match, ok } from "node:assert/strict";
import { formWith, post, sample, startService } from "../service.ts";

Deno.test("explain returns a grid of probabilities, the same for a form and for a body", async () => {
  await using service = await startService();
  const patch = await sample("anaphase");
  const form = await service.request("/model/explain?stride=16", post(formWith(patch)));
  const raw = await service.request("/model/explain?stride=16", {
    method: "POST",
    body: patch,
    headers: { "content-type": "image/png" },
  });
  equal(form.status, 200);
  const answer = await form.json();
  equal(JSON.stringify(answer), JSON.stringify(await raw.json()));
  equal(answer.mask, 16);
  equal(answer.masked.length, 4);
  equal(answer.masked[0].length, 4);
  const { predictions: [predicted] } =
    await (await service.request("/model/predict", post(formWith(patch)))).json();
  ok(Math.abs(answer.probability - predicted.probability) < 1e-6);
});

Deno.test("explain refuses an invalid query or image with a message that names the accepted values", async () => {
  await using service = await startService();
  const patch = await sample("anaphase");
  const refusals: [query: string, body: FormData, code: string, message: RegExp][] = [
    ["stride=1", formWith(patch), "request_invalid", /'stride'.*2 to 64/],
    ["mask=many", formWith(patch), "request_invalid", /'mask'/],
    ["size=8", formWith(patch), "request_invalid", /'size'/],
    ["", formWith(patch, patch), "too_many_images", /2 images.*one image per request/],
    [
      "",
      formWith(await sample("field")),
      "image_wrong_size",
      /\(64, 64\)\. Got PNG \(1024, 1024\)/,
    ],
    ["", new FormData(), "image_missing", /'image'/],
  ];
  for (const [query, body, code, message] of refusals) {
    const response = await service.request(`/model/explain?${query}`, post(body));
    const problem = await response.json();
    equal(response.status, 400, problem.message);
    equal(problem.code, code);
    match(problem.message, message);
  }
});

Deno.test("the OpenAPI document describes explain", async () => {
  await using service = await startService();
  const { paths } = await (await service.request("/openapi.json")).json();
  ok(paths["/model/explain"].post.responses["200"]);
});
