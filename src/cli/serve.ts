import type { Config } from "../config.ts";
import { createApp } from "../http/app.ts";
import type { Classifier } from "../patch/classifier.ts";
import { loadClassifier } from "../patch/load.ts";
import { researchUseOnly, version } from "../version.ts";
import type { Command } from "./command.ts";

/** `serve`: the HTTP service. */
export const serve: Command = {
  name: "serve",
  operands: "",
  summary: "Serve the model over HTTP.",
  details: "POST /model/predict scores patches; GET / shows all routes and lets you try them. " +
    "SIGTERM or Ctrl-C ends it after the requests that are under way.",
  options: {},
  settings: [
    "host",
    "port",
    "modelDir",
    "inferenceWorkers",
    "batchSize",
    "maxBodyBytes",
    "maxImages",
    "corsEnable",
    "corsOrigins",
  ],
  async run({ config }) {
    const started = performance.now();
    const service = createService(config);
    const server = Deno.serve(
      { hostname: config.host, port: config.port, onListen() {} },
      service.fetch,
    );
    const stopped = Promise.withResolvers<void>();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => stopped.resolve());
    }
    try {
      const classifier = await service.load();
      console.log(banner(server.addr, classifier, performance.now() - started));
      await stopped.promise;
      return 0;
    } finally {
      await server.shutdown();
      await service.close();
    }
  },
};

/** The app together with the model that it serves. */
export interface Service {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Loads the model; until then the app answers 503 where it needs it. */
  load(): Promise<Classifier>;
  close(): Promise<void>;
}

/** Puts app and model together; who calls it brings the socket. */
export function createService(config: Config): Service {
  let classifier: Classifier | undefined;
  const app = createApp({
    config,
    classifier: () => classifier,
    reportError: (thrown, requestId) => console.error(`request ${requestId} failed:`, thrown),
  });
  return {
    fetch: (request) => app.fetch(request),
    async load() {
      classifier = await loadClassifier(config);
      return classifier;
    },
    async close() {
      await classifier?.engine.close();
      classifier = undefined;
    },
  };
}

function banner(addr: Deno.Addr, { bundle, engine }: Classifier, milliseconds: number): string {
  const { name, version: modelVersion, network } = bundle.manifest;
  const port = addr.transport === "tcp" ? addr.port : 0;
  return [
    `Mitosis Detector ${version}. ${researchUseOnly}`,
    `  listening  http://localhost:${port}/`,
    `  model      ${name} ${modelVersion}, SHA-256 ${network.sha256.slice(0, 12)}`,
    `  loaded in  ${(milliseconds / 1000).toFixed(2)} s, runs up to ${engine.lanes} at a time`,
  ].join("\n");
}
