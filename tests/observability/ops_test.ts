import { ok } from "node:assert/strict";
import { startService } from "../service.ts";

const ops = new URL("../../ops/", import.meta.url);

Deno.test("every metric that the dashboard and the alerts use is one that the service gives", async () => {
  await using service = await startService();
  const [text] = await service.service.metrics(false);
  const given = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  for (const file of ["grafana/dashboard.json", "prometheus/alerts.yml"]) {
    const used = (await Deno.readTextFile(new URL(file, ops))).matchAll(
      /\b((?:mitosis|process)_[a-z_]+)/g,
    );
    for (const [, name = ""] of used) {
      const metric = name.replace(/_(bucket|count|sum)$/, "");
      ok(given.has(name) || given.has(metric), `${file} uses ${name}`);
    }
  }
});
