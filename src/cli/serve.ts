import { type Config, settingNames } from "../config.ts";
import { listen, type Listener } from "../service/listener.ts";
import { createService } from "../service/service.ts";
import { metricsOnly } from "../routes/metrics.ts";
import type { Classifier } from "../patch/classifier.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";
import type { Command } from "./command.ts";
import { stop, stopSignals } from "../service/lifecycle.ts";

/** `serve`: the HTTP service. */
export const serve: Command = {
  name: "serve",
  operands: "",
  summary: "Serve the model over HTTP.",
  details: "POST /model/predict scores patches; GET / shows all routes and lets you try them. " +
    "SIGTERM or Ctrl-C ends it after the requests that are under way; a second one ends it now.",
  options: {},
  settings: settingNames,
  async run({ config }) {
    const started = performance.now();
    const signals = stopSignals();
    const service = createService(config);
    const listeners = [await listen(config, service.fetch)];
    try {
      if (config.metricsPort > 0) {
        const app = metricsOnly(service.metrics);
        listeners.push(await listen({ ...config, port: config.metricsPort }, app.fetch));
      }
      const loaded = await Promise.race([service.load(), signals.first]);
      if (loaded === undefined) return 0;
      console.log(banner(listeners, loaded, performance.now() - started));
      await signals.first;
      return await leave(config, service, listeners, signals.second);
    } finally {
      await service.close();
      for (const listener of listeners) listener.abort();
    }
  },
};

/** @returns The exit code: 0 when everything was answered. */
async function leave(
  config: Config,
  service: { leave(): void; drain(): void },
  listeners: readonly Listener[],
  again: Promise<void>,
): Promise<number> {
  const seconds = config.shutdownGraceMs / 1000;
  console.log(`stopping: takes requests for ${seconds} s more; a second signal ends it now`);
  const outcome = await stop(
    {
      leave: service.leave,
      drain: service.drain,
      finish: async () => {
        await Promise.all(listeners.map((listener) => listener.finish()));
      },
    },
    { grace: config.shutdownGraceMs, most: config.shutdownTimeoutMs },
    again,
  );
  if (outcome === "finished") return 0;
  console.error(
    outcome === "overdue"
      ? `stopped after ${config.shutdownTimeoutMs} ms with requests still under way`
      : "stopped by a second signal",
  );
  return 1;
}

function banner(
  [listener]: readonly Listener[],
  { bundle, engine }: Classifier,
  milliseconds: number,
): string {
  const { name, version: modelVersion, network } = bundle.manifest;
  return [
    `Mitosis Detector ${version}. ${researchUseOnly}`,
    `  listening  http://localhost:${listener?.port ?? 0}/`,
    `  page       http://localhost:${listener?.port ?? 0}/app`,
    `  model      ${name} ${modelVersion}, SHA-256 ${network.sha256.slice(0, 12)}`,
    `  loaded in  ${
      (milliseconds / 1000).toFixed(2)
    } s, runs up to ${engine.concurrency} at a time`,
  ].join("\n");
}
