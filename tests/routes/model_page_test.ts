import { match, ok } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("the model page shows the measured quality and the model card without scripts", async () => {
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
  ok(!/<script|href="?\s*javascript:|<img/i.test(unsafe), unsafe);
  match(unsafe, /curve/);
});
