import { match } from "node:assert/strict";
import { listen, sample } from "../service.ts";

Deno.test("GET /metrics answers in the text format of Prometheus, or as OpenMetrics", async () => {
  await using service = await listen();
  const body = await sample("metaphase");
  const headers = { "content-type": "image/png" };
  await (await fetch(`${service.url}model/predict`, { method: "POST", headers, body })).text();
  const plain = await fetch(`${service.url}metrics`);
  match(plain.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await plain.text();
  match(
    text,
    /^mitosis_http_requests_total\{route="\/model\/predict",method="POST",status="200"\} 1$/m,
  );
  match(text, /^mitosis_workers_alive 1$/m);
  match(
    text,
    /^mitosis_probability_bucket\{le="0\.99"\} 0\nmitosis_probability_bucket\{le="1"\} 1$/m,
  );
  const accept = "application/openmetrics-text; version=1.0.0";
  const open = await fetch(`${service.url}metrics`, { headers: { accept } });
  match(open.headers.get("content-type") ?? "", /^application\/openmetrics-text/);
  match(await open.text(), /# EOF\n$/);
});
