import { equal, match, ok } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { startService } from "../service.ts";

Deno.test("every module of the page is served as JavaScript, with all that it imports", async () => {
  await using service = await startService();
  const todo = ["/app/page/main.ts"];
  const seen = new Set(todo);
  for (const path of todo) {
    const response = await service.request(path);
    equal(response.status, 200, path);
    match(response.headers.get("content-type") ?? "", /^text\/javascript/);
    const source = await response.text();
    for (const [, name = ""] of source.matchAll(/^(?:import|export)\b[^;]*? from "(\.[^"]+)";/gm)) {
      const next = new URL(name, `http://localhost${path}`).pathname;
      if (!seen.has(next)) todo.push(next);
      seen.add(next);
    }
  }
  ok(seen.size > 25);
  const page = await (await service.request("/app")).text();
  for (const [, preloaded] of page.matchAll(/modulepreload" href="([^"]+)"/g)) {
    ok(seen.has(`/${preloaded}`), `${preloaded} is preloaded, yet nothing imports it`);
  }
});

Deno.test("the page's files are compressed, and not sent again to who has them", async () => {
  await using service = await startService();
  const plain = await service.request("/app/style.css");
  const zipped = await service.request("/app/style.css", {
    headers: { "accept-encoding": "gzip" },
  });
  equal(zipped.headers.get("content-encoding"), "gzip");
  const inflated = gunzipSync(new Uint8Array(await zipped.arrayBuffer()));
  equal(new TextDecoder().decode(inflated), await plain.text());
  const etag = plain.headers.get("etag") ?? "";
  const again = await service.request("/app/style.css", { headers: { "if-none-match": etag } });
  equal(again.status, 304);
  equal((await again.arrayBuffer()).byteLength, 0);
});

Deno.test("the page's policy lets nothing in from elsewhere", async () => {
  await using service = await startService();
  const policy = (await service.request("/app")).headers.get("content-security-policy") ?? "";
  match(policy, /default-src 'none'/);
  ok(!/unsafe|\*|https?:|data:/.test(policy), policy);
});

Deno.test("the model's page shows the manifest's quality and the card, made safe", async () => {
  await using service = await startService();
  const page = await (await service.request("/app/model")).text();
  const { manifest } = service.classifier.bundle;
  ok(page.includes("For research use only. Not for diagnostic use."));
  for (const { data } of manifest.quality) ok(page.includes(data), data);
  match(page, /<h1>Model card/);
  Object.assign(service.classifier.bundle, {
    card: "# Card\n<script>alert(1)</script>\n\n[go](javascript:alert(1)) ![curve](curve.png)",
  });
  const unsafe = await (await service.request("/app/model")).text();
  ok(!/<script|javascript:|<img/.test(unsafe), unsafe);
  match(unsafe, /curve/);
});
