import { openKeyFile } from "../access/key_file.ts";
import { keyRing } from "../access/key_ring.ts";
import type { Config } from "../config.ts";
import { fieldOpener } from "../search/field_opener.ts";
import { MemoryBudget } from "../search/memory_budget.ts";
import { memoryLimits } from "./memory_limits.ts";
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
import { ArrivingBodies } from "../http/arriving_bodies.ts";
import type { ClientInfo } from "../http/app_context.ts";
import { systemClock } from "../http/clock.ts";
import { stoppingProblem } from "../http/require_classifier.ts";
import type { ListenerEvents } from "./listener.ts";
import { slideServices } from "./slide_services.ts";
import type { ServiceState } from "../observability/service_state.ts";

/** The HTTP app with its model, metrics and log, but without a socket. */
export interface Service {
  /** Answers a request. */
  readonly fetch: (request: Request, client?: ClientInfo) => Response | Promise<Response>;
  readonly state: () => ServiceState;
  /** Returns the number of API keys that are valid now; 0 when no key is needed. */
  readonly keyCount: () => number;
  /** Returns the metrics and their media type, for a separate port. */
  readonly metrics: (openMetrics: boolean) => Promise<[text: string, mediaType: string]>;
  /** Loads the model. Until then, routes that need the model answer 503. */
  load(): Promise<Classifier>;
  /** Makes readiness answer 503; requests are still accepted. */
  failReadiness(): void;
  /** Refuses new requests; requests in progress continue. */
  refuseRequests(): void;
  /** Refuses new requests, and answers those in progress with `stopping`. */
  endRequests(): void;
  /** Returns the number of requests that are not answered yet. */
  requestsInProgress(): number;
  /** Counts and logs the events of a listener. */
  readonly listenerEvents: ListenerEvents;
  /** Releases everything. Requests in progress fail. */
  close(): Promise<void>;
}

/** Parts of a service that a platform or a test replaces by its own. */
export interface ServiceOptions {
  /** Writes lines of the log. Default: standard output. */
  readonly writeLog?: (lines: string) => void;
  /** Receives unexpected errors with their stack. Default: standard error. */
  readonly reportError?: (thrown: unknown, requestId: string) => void;
  /** Returns the memory of the process, in bytes. Default: what Deno reports. */
  readonly residentBytes?: () => number;
  /** Creates the thread of an inference worker. */
  readonly createWorker?: () => Worker;
}

/** The log tells of dropped connections at most once in this time, in milliseconds. */
const DROPPED_LOG_MS = 10_000;

/** The load of the engine before the model is loaded. */
const NO_LOAD: EngineLoad = { alive: 0, waiting: 0, running: 0, msPerPatch: 0 };

/** No keys: before the key file is read, or without one. Always the same array, as the key ring expects. */
const NO_KEYS: readonly string[] = [];

/** Creates a service from its settings. Call `load` to load the model. */
export function createService(config: Config, options: ServiceOptions = {}): Service {
  let loaded: Classifier | undefined;
  let state: ServiceState = "starting";
  let requestsInProgress = 0;
  let droppedSinceLog = 0;
  let droppedLogAt = -Infinity;
  const stopped = new AbortController();
  let keysOfFile = () => NO_KEYS;
  const validKeys = joinKeys(config.apiKeys, () => keysOfFile());
  // With API_KEYS_FILE, clients need a key even before the file is read.
  const isKeyNeeded = config.apiKeys.length > 0 || config.apiKeysFile !== "";
  let closeKeyFile = () => {};
  // Until warm-up is over, requests are refused as if there were no model.
  const classifier = () => state === "starting" ? undefined : loaded;
  const log = createLog(config.logFormat, options.writeLog ?? writeToStdout);
  const admission = new Admission(config.queueSize, () => loaded?.engine.load() ?? NO_LOAD);
  const residentBytes = options.residentBytes ?? (() => Deno.memoryUsage().rss);
  const metrics = createMetrics({
    admission,
    queueSize: config.queueSize,
    requestsInProgress: () => requestsInProgress,
    state: () => state,
    classifier,
    residentBytes,
    slides: () => slides?.jobs?.load() ?? { running: 0, queued: 0, bytes: 0 },
    startedAt: performance.timeOrigin / 1000,
  });
  const poolEvents: PoolEvents = {
    workerReplaced(cause, why) {
      metrics.record("workerReplaced", cause);
      log.event("an inference worker is replaced", { cause, why });
    },
    workerNotStarted: (why) => log.event("an inference worker cannot be started", { why }),
    inputRefused(sha256) {
      metrics.record("inputRefused", undefined);
      log.event("an input is refused because inference workers died while they ran it", { sha256 });
    },
  };
  const startTrace = createTracing();
  const budget = new MemoryBudget(memoryLimits(config), residentBytes);
  const fields = fieldOpener(config, budget);
  const slides = slideServices(config, classifier, {
    searchEnded({ slide, id, state, problem }, seconds) {
      metrics.record("slideEnded", { outcome: state, seconds });
      log.event("the search of a slide has ended", {
        slide,
        search: id,
        outcome: state,
        ...(problem && { code: problem.code }),
        seconds: Math.round(seconds),
      });
    },
    tilesSearched: (tiles) => metrics.record("slideTiles", tiles),
    trouble: (message) => log.event(message),
  });
  const app = createApp({
    config,
    clock: systemClock,
    state: () => state,
    classifier,
    fields,
    slides,
    admission,
    arriving: new ArrivingBodies(config),
    keys: keyRing(validKeys, isKeyNeeded),
    stopped: stopped.signal,
    startTrace(request) {
      requestsInProgress++;
      return startTrace(request);
    },
    onAnswered(request, traceId) {
      requestsInProgress--;
      metrics.record("requestAnswered", request);
      log.request(request, traceId);
    },
    metrics: metrics.expose,
    reportError: options.reportError ?? writeToStderr,
  });

  return {
    fetch: (request, client = {}) => app.fetch(request, client),
    state: () => state,
    keyCount: () => validKeys().length,
    metrics: metrics.expose,
    async load() {
      if (config.apiKeysFile !== "") {
        const file = await openKeyFile(config.apiKeysFile, (message) => log.event(message));
        keysOfFile = file.keys;
        closeKeyFile = file.close;
      }
      const { createWorker } = options;
      const opened = await loadClassifier(config, {
        events: poolEvents,
        ...(createWorker === undefined ? {} : { createWorker }),
      });
      loaded = opened;
      await warmUp(opened);
      if (state === "starting") state = "ready";
      await slides?.jobs?.start();
      return opened;
    },
    failReadiness() {
      if (state !== "draining") state = "stopping";
    },
    refuseRequests() {
      state = "draining";
      // The search of a slide can take hours. It stops now, and continues after the next start.
      slides?.jobs?.stop(stoppingProblem());
    },
    endRequests() {
      state = "draining";
      stopped.abort(stoppingProblem());
    },
    requestsInProgress: () => requestsInProgress,
    listenerEvents: {
      stalled() {
        metrics.record("connectionStalled", undefined);
        log.event("a connection is closed because its client does not read the answer", {
          ms: config.sendTimeoutMs,
        });
      },
      dropped(which) {
        metrics.record("connectionDropped", which);
        droppedSinceLog++;
        if (performance.now() - droppedLogAt < DROPPED_LOG_MS) return;
        log.event("connections are closed because MAX_CONNECTIONS are open", {
          count: droppedSinceLog,
        });
        droppedLogAt = performance.now();
        droppedSinceLog = 0;
      },
      reopened() {
        metrics.record("listenerReopened", undefined);
        log.event(
          "the socket had stopped accepting connections and was opened again; the limit of " +
            "open files (ulimit -n) may be too low",
        );
      },
    },
    async close() {
      state = "draining";
      closeKeyFile();
      fields.close();
      await slides?.jobs?.stop(stoppingProblem());
      slides?.folder?.close();
      await loaded?.engine.close();
      loaded = undefined;
      log.flush();
    },
  };
}

/**
 * Returns a function that joins the keys of the settings and those of the key file. It returns the same
 * array until the file's keys change, as the key ring expects.
 */
function joinKeys(
  keysOfSettings: readonly string[],
  getKeysOfFile: () => readonly string[],
): () => readonly string[] {
  let keysOfFile: readonly string[] | undefined;
  let joined = keysOfSettings;
  return () => {
    const current = getKeysOfFile();
    if (current !== keysOfFile) {
      keysOfFile = current;
      joined = [...keysOfSettings, ...current];
    }
    return joined;
  };
}

function writeToStderr(thrown: unknown, requestId: string): void {
  console.error(`request ${requestId} failed:`, thrown);
}

function writeToStdout(lines: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(lines));
}
