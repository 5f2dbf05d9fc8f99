import { equal, ok } from "node:assert/strict";
import { promtool, promtoolTest } from "../optional.ts";
import { startService } from "../service.ts";

const ops = new URL("../../ops/", import.meta.url);

Deno.test("every metric that the dashboard and the alerts use exists", async () => {
  await using service = await startService();
  const [text] = await service.service.metrics(false);
  const names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  for (const file of ["grafana/dashboard.json", "prometheus/alerts.yml"]) {
    const used = (await Deno.readTextFile(new URL(file, ops))).matchAll(
      /\b((?:mitosis|process)_[a-z_]+)/g,
    );
    for (const [, name = ""] of used) {
      const metric = name.replace(/_(bucket|count|sum)$/, "");
      ok(names.has(name) || names.has(metric), `${file} uses ${name}`);
    }
  }
});

promtoolTest(
  "promtool accepts rules, configuration and metrics, and the alerts fire when they should",
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
      const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      equal(code, 0, `promtool ${args.join(" ")}: ${output}`);
    };
    await check(["check", "rules", "alerts.yml"]);
    await check(["check", "config", "prometheus.yml"]);
    await check(["test", "rules", "alerts_test.yml"]);
    await using service = await startService();
    const [text] = await service.service.metrics(false);
    await check(["check", "metrics"], text);
  },
);
