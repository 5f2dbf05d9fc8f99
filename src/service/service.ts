import { openKeyFile } from "../access/key_file.ts";
import { keyRing } from "../access/key_ring.ts";
import type { Config } from "../config.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { Admission } from "../inference/admission.ts";
import type { EngineLoad } from "../inference/engine.ts";
import type { PoolEvents } from "../inference/pool.ts";
import { createMetrics } from "../observability/metrics.ts";
import { createLog } from "../observability/request_log.ts";
import { createTracing } from "../observability/tracing.ts";
import type { Classifier } from "../patch/classifier.ts";
import { loadClassifier } from "../patch/load.ts";
import { warmUp } from "../patch/warm_up.ts";
import { createApp } from "./app.ts";
import { systemClock } from "../http/clock.ts";
import type { ServiceState } from "../observability/service_state.ts";

/** The app together with the model that it serves and all that watches over it; who calls it brings the socket. */
export interface Service {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly state: () => ServiceState;
  /** The metrics alone, for a port of their own. */
  readonly metrics: (openMetrics: boolean) => Promise<[text: string, mediaType: string]>;
  /** Loads the model; until then the app answers 503 where it needs it. */
  load(): Promise<Classifier>;
  /** Is not ready any more; goes on to answer. */
  leave(): void;
  /** Takes nothing new; goes on with what it has. */
  drain(): void;
  close(): Promise<void>;
}

/** What a service can be given beside its settings. */
export interface ServiceOptions {
  /** Takes the lines of the log; standard output where it is left out. */
  readonly writeLog?: (lines: string) => void;
  /** Told of what went wrong inside, with its stack; standard error where it is left out. */
  readonly reportError?: (thrown: unknown, requestId: string) => void;
  /** Memory that the process has; what Deno says where it is left out. */
  readonly residentBytes?: () => number;
  /** Makes a Worker, in place of the ordinary one. */
  readonly createWorker?: () => Worker;
}

/** Before the engine is there. */
const NO_LOAD: EngineLoad = { alive: 0, waiting: 0, running: 0, msPerPatch: 0 };

/** Puts the parts of the service together. */
export function createService(config: Config, options: ServiceOptions = {}): Service {
  let classifier: Classifier | undefined;
  let state: ServiceState = "starting";
  let fileKeys: () => readonly string[] = () => [];
  let closeKeys = () => {};
  const log = createLog(config.logFormat, options.writeLog ?? writeToStdout);
  const admission = new Admission(config.queueSize, () => classifier?.engine.load() ?? NO_LOAD);
  const metrics = createMetrics({
    admission,
    capacity: config.queueSize,
    state: () => state,
    // Not before it has rehearsed: what is ready is not ended without answering.
    classifier: () => state === "starting" ? undefined : classifier,
    residentBytes: options.residentBytes ?? (() => Deno.memoryUsage().rss),
    startedAt: performance.timeOrigin / 1000,
  });
  const events: PoolEvents = {
    workerReplaced(cause, why) {
      metrics.workerReplaced(cause);
      log.event("a Worker is replaced", { cause, why });
    },
    workerNotStarted: (why) => log.event("a Worker cannot be started", { why }),
    inputRefused(sha256) {
      metrics.inputRefused();
      log.event("an input is refused: two Workers died of it", { sha256 });
    },
  };
  const fields = fieldOpener(config);
  const app = createApp({
    config,
    clock: systemClock,
    state: () => state,
    // Not before it has rehearsed: what is ready is not ended without answering.
    classifier: () => state === "starting" ? undefined : classifier,
    fields,
    admission,
    keys: keyRing(() => allKeys()),
    trace: createTracing(),
    answered(request, traceId) {
      metrics.answered(request);
      log.request(request, traceId);
    },
    metrics: metrics.expose,
    reportError: options.reportError ?? printError,
  });

  let joined: readonly string[] = config.apiKeys;
  let joinedFrom: readonly string[] = [];
  /** The same array until the file's keys change. */
  function allKeys(): readonly string[] {
    const fromFile = fileKeys();
    if (fromFile !== joinedFrom) joined = [...config.apiKeys, ...(joinedFrom = fromFile)];
    return joined;
  }

  return {
    fetch: (request) => app.fetch(request),
    state: () => state,
    metrics: metrics.expose,
    async load() {
      if (config.apiKeysFile !== "") {
        const file = await openKeyFile(config.apiKeysFile, (event) => log.event(event));
        fileKeys = file.keys;
        closeKeys = file.close;
      }
      const { createWorker } = options;
      classifier = await loadClassifier(config, {
        events,
        ...(createWorker === undefined ? {} : { createWorker }),
      });
      await warmUp(classifier);
      if (state === "starting") state = "ready";
      return classifier;
    },
    leave() {
      if (state !== "draining") state = "leaving";
    },
    drain() {
      state = "draining";
    },
    async close() {
      state = "draining";
      closeKeys();
      fields.close();
      await classifier?.engine.close();
      classifier = undefined;
      log.flush();
    },
  };
}

function printError(thrown: unknown, requestId: string): void {
  console.error(`request ${requestId} failed:`, thrown);
}

function writeToStdout(lines: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(lines));
}
