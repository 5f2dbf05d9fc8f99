import { type Config, settingNames } from "../config.ts";
import { Problem } from "../errors.ts";
import { isLoopback } from "../http/check_origin.ts";
import { listen, type Listener } from "../service/listener.ts";
import { boundConnections } from "../service/open_files.ts";
import { boundWorkers } from "../service/worker_bound.ts";
import { checkListenPermission, listenProblem } from "../service/listen_problem.ts";
import { createService, type Service } from "../service/service.ts";
import { metricsPortApp } from "../routes/metrics.ts";
import type { Classifier } from "../patch/classifier.ts";
import { researchUseOnly } from "../research_use.ts";
import { version } from "../version.ts";
import { identifyModel } from "../result/provenance.ts";
import type { Command } from "./command.ts";
import type { Output } from "./output.ts";
import { shutDown, stopSignals } from "../service/shutdown.ts";

/** The command `serve`: runs the HTTP service. */
export const serve: Command = {
  name: "serve",
  operands: "",
  summary: "Serve the model over HTTP.",
  details: "POST /model/predict scores patches; GET / lists all routes and lets you try them. " +
    "SIGTERM or Ctrl-C stops the service after the requests in progress; a second one stops it at once.",
  options: {},
  settings: settingNames,
  async run({ config: typed, output }) {
    const started = performance.now();
    const signals = stopSignals();
    const config = withBounds(typed);
    const { port, metricsPort } = config;
    if (metricsPort > 0 && metricsPort === port) {
      throw new Problem(
        "config_invalid",
        `METRICS_PORT is ${metricsPort}, the same as PORT; choose another port, or 0 to serve ` +
          "GET /metrics on PORT.",
      );
    }
    const service = createService(config);
    const listeners: Listener[] = [];
    try {
      listeners.push(await listenOn(config, "PORT", service.fetch, service.listenerEvents));
      if (metricsPort > 0) {
        const app = metricsPortApp(service.metrics, service.fetch);
        const metricsConfig = { ...config, port: metricsPort };
        listeners.push(await listenOn(metricsConfig, "METRICS_PORT", app.fetch));
      }
      const classifier = await Promise.race([service.load(), signals.first]);
      if (classifier === undefined) return 0;
      const milliseconds = performance.now() - started;
      output.status(banner(config, listeners, service, classifier, milliseconds), {
        status: "listening",
        port: listeners[0]?.port,
        keys: service.keyCount(),
        model: identifyModel(classifier.bundle.manifest),
        version,
        loadedInSeconds: Number((milliseconds / 1000).toFixed(2)),
      });
      await signals.first;
      return await shutDownService(config, service, listeners, signals.second, output);
    } finally {
      await service.close();
      for (const listener of listeners) listener.abort();
    }
  },
};

/**
 * Lowers settings to what the machine allows, and warns of each.
 *
 * @throws {Problem} `config_invalid` when the limit of open files is too low.
 */
function withBounds(typed: Config): Config {
  const workers = boundWorkers(typed.inferenceWorkers);
  const config = { ...typed, inferenceWorkers: workers.inferenceWorkers };
  const connections = boundConnections(config);
  for (const { warning } of [workers, connections]) {
    if (warning !== undefined) console.error(warning);
  }
  return { ...config, maxConnections: connections.maxConnections };
}

/** @throws {Problem} `config_invalid`, with a sentence on why the address cannot be used. */
async function listenOn(
  config: Config,
  portSetting: "PORT" | "METRICS_PORT",
  fetch: Service["fetch"],
  events?: Service["listenerEvents"],
): Promise<Listener> {
  checkListenPermission(config);
  try {
    return await listen(config, fetch, events);
  } catch (thrown) {
    throw listenProblem(thrown, { host: config.host, port: config.port, portSetting });
  }
}

/** @returns The exit code: 0 when all requests were answered, otherwise 1. */
async function shutDownService(
  config: Config,
  { failReadiness, refuseRequests, endRequests, requestsInProgress }: Service,
  listeners: readonly Listener[],
  interrupted: Promise<void>,
  output: Output,
): Promise<number> {
  const seconds = config.shutdownGraceMs / 1000;
  output.status(
    `stopping: accepts requests for ${seconds} s more; a second signal stops at once`,
    { status: "stopping", seconds },
  );
  const outcome = await shutDown(
    {
      failReadiness,
      refuseRequests,
      endRequests,
      requestsInProgress,
      finish: async () => {
        await Promise.all(listeners.map((listener) => listener.finish()));
      },
    },
    { grace: config.shutdownGraceMs, timeout: config.shutdownTimeoutMs },
    interrupted,
  );
  if (outcome === "finished") return 0;
  console.error(
    outcome === "timed out"
      ? `stopped after ${config.shutdownTimeoutMs} ms with requests still in progress`
      : "stopped by a second signal",
  );
  return 1;
}

/** Returns what is printed when the service is ready. */
function banner(
  { host }: Config,
  [listener]: readonly Listener[],
  { keyCount }: Service,
  { bundle, engine }: Classifier,
  milliseconds: number,
): string {
  const { name, version: modelVersion, network } = bundle.manifest;
  return [
    `Mitosis Detector ${version}. ${researchUseOnly}`,
    `  listening  http://localhost:${listener?.port ?? 0}/`,
    `  page       http://localhost:${listener?.port ?? 0}/app`,
    `  access     ${describeAccess(keyCount(), host)}`,
    `  model      ${name} ${modelVersion}, SHA-256 ${network.sha256.slice(0, 12)}`,
    `  loaded in  ${
      (milliseconds / 1000).toFixed(2)
    } s, scores up to ${engine.concurrency} batches at the same time`,
  ].join("\n");
}

function describeAccess(keys: number, host: string): string {
  if (keys === 0) {
    const who = isLoopback(host) ? "everybody on this machine" : "everybody";
    return `open to ${who}: neither API_KEYS nor API_KEYS_FILE is set`;
  }
  return `with an API key; ${keys} ${keys === 1 ? "is" : "are"} valid`;
}
