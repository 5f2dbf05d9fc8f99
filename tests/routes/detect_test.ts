import { deepEqual, equal, match, ok } from "node:assert/strict";
import { decodePng } from "../../src/image/png/decode.ts";
import { drawnField, pngFile } from "../search/field_picture.ts";
import { formWith, listen, post, sample, startService } from "../service.ts";

const center = { x: 300, y: 200 };
const field = pngFile(await drawnField(512, 400, [center]));

Deno.test("the mitosis of a field is found, whether the field comes as a form or as the body", async () => {
  await using service = await startService();
  for (
    const init of [
      post(formWith(field)),
      { ...post(field), headers: { "content-type": "image/png" } },
    ]
  ) {
    const response = await service.request("/model/detect?threshold=0.7&mpp=0.25", init);
    equal(response.status, 200);
    const { status, image, detections, summary, note } = await response.json();
    deepEqual(status, "ok");
    deepEqual(image, { width: 512, height: 400, mpp: 0.25, mppOrigin: "request" });
    deepEqual(summary, { count: 1, areaMm2: 0.0128, perMm2: 78.13 });
    ok(Math.hypot(detections[0].x - center.x, detections[0].y - center.y) <= 4);
    equal(note, "For research use only. Not for diagnostic use.");
  }
});

Deno.test("keep adds marked detections below the threshold, and each format has its media type", async () => {
  await using service = await startService();
  const detect = (query: string) =>
    service.request(`/model/detect?${query}`, post(formWith(field)));
  const kept = await (await detect("keep=true&threshold=0.7")).json();
  equal(kept.summary.count, 1);
  ok(kept.detections.length > 1);
  ok(
    kept.detections.every((d: { probability: number; mitosis: boolean }) =>
      d.mitosis === d.probability >= 0.7
    ),
  );
  for (
    const [format, type] of [
      ["csv", "text/csv"],
      ["geojson", "application/geo+json"],
      ["midog", "application/json"],
    ]
  ) {
    const response = await detect(`format=${format}`);
    match(response.headers.get("content-type") ?? "", new RegExp(`^${type?.replace("+", "\\+")}`));
    ok((await response.text()).length > 50);
  }
  for (const format of ["overlay", "heatmap"]) {
    const { width, height } = decodePng(
      new Uint8Array(await (await detect(`format=${format}`)).arrayBuffer()),
    );
    deepEqual([width, height], [512, 400]);
  }
});

Deno.test("an invalid query or image is refused with a message that names the cause", async () => {
  await using service = await startService();
  const cases = [
    ["threshold=2", field, "request_invalid", /threshold/],
    ["thresh=0.5", field, "request_invalid", /thresh/],
    ["mpp=abc", field, "request_invalid", /mpp/],
    ["format=xml", field, "request_invalid", /format/],
    ["", new TextEncoder().encode("hello"), "image_unsupported", /PNG, a JPEG or a TIFF/],
    ["", field.slice(0, 2000), "image_truncated", /whole file/],
  ] as const;
  for (const [query, bytes, code, message] of cases) {
    const response = await service.request(
      `/model/detect?${query}`,
      post(formWith(new Uint8Array(bytes))),
    );
    equal(response.status, 400);
    const body = await response.json();
    equal(body.code, code);
    match(body.message, message);
  }
  const two = await service.request("/model/detect", post(formWith(field, field)));
  equal((await two.json()).code, "too_many_images");
  deepEqual(service.reported, []);
});

Deno.test("a client that accepts events gets the progress of the search, then the result", async () => {
  await using service = await startService();
  const response = await service.request("/model/detect?threshold=0.7", {
    ...post(formWith(field)),
    headers: { accept: "text/event-stream" },
  });
  match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const events = (await response.text()).trim().split("\n\n").map((text) => ({
    event: /^event: (.*)$/m.exec(text)?.[1],
    data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "null"),
  }));
  const progress = events.slice(0, -1);
  ok(progress.length > 0 && progress.every(({ event }) => event === "progress"));
  const done = progress.map(({ data }) => data.done);
  deepEqual(done, done.toSorted((a, b) => a - b));
  equal(events.at(-1)?.event, "result");
  equal(events.at(-1)?.data.summary.count, 1);
});

Deno.test("patches and health checks are answered while a field is decoded and searched", async () => {
  await using service = await listen({ INFERENCE_WORKERS: "2" });
  const large = pngFile(await drawnField(2000, 2000, [center]));
  let isSearched = false;
  const search = fetch(`${service.url}model/detect`, post(formWith(large))).then(
    async (response) => {
      equal(response.status, 200);
      await response.body?.cancel();
      isSearched = true;
    },
  );
  const health: number[] = [];
  const patch = await sample("metaphase");
  let patches = 0;
  while (!isSearched) {
    const start = performance.now();
    await (await fetch(`${service.url}v2/health/live`)).arrayBuffer();
    health.push(performance.now() - start);
    const predicted = await fetch(`${service.url}model/predict`, post(formWith(patch)));
    equal(predicted.status, 200);
    await predicted.body?.cancel();
    patches++;
  }
  await search;
  const late = health.filter((wait) => wait > 50).length;
  console.log(
    `health took ${
      Math.max(...health).toFixed(1)
    } ms at most, ${patches} patches were served between`,
  );
  ok(patches > 3);
  ok(late <= health.length * 0.1, `${late} of ${health.length} health checks took over 50 ms`);
});
