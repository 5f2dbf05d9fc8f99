import { equal, ok } from "node:assert/strict";
import { promtool, promtoolTest } from "../optional.ts";
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

promtoolTest(
  "promtool finds rules, configuration, metrics and what the alerts say right",
  async () => {
    const check = async (args: string[], input = "") => {
      const process = new Deno.Command(promtool, {
        args,
        cwd: new URL("prometheus/", ops),
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
      const { code, stdout, stderr } = await process.output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      equal(code, 0, `promtool ${args.join(" ")}: ${said}`);
    };
    await check(["check", "rules", "alerts.yml"]);
    await check(["check", "config", "prometheus.yml"]);
    await check(["test", "rules", "alerts_test.yml"]);
    await using service = await startService();
    const [text] = await service.service.metrics(false);
    await check(["check", "metrics"], text);
  },
);
