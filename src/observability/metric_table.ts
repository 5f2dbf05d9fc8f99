import type { Admission } from "../inference/admission.ts";
import type { Stage } from "../inference/engine.ts";
import type { ReplaceCause } from "../inference/pool.ts";
import type { Classifier } from "../patch/classifier.ts";
import { version } from "../version.ts";
import type { AnsweredRequest } from "./request_record.ts";
import { type ServiceState, serviceStates } from "./service_state.ts";

/** One value of a metric, with its labels. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The parts of the service whose state is read when the metrics are requested. */
export interface MetricSources {
  readonly admission: Admission;
  /** The setting QUEUE_SIZE. */
  readonly queueSize: number;
  /** Returns how many requests are not answered yet; an event stream counts until it ends. */
  requestsInProgress(): number;
  state(): ServiceState;
  classifier(): Classifier | undefined;
  /** Returns the resident memory of the process, in bytes. */
  residentBytes(): number;
  /** Returns how many searches of slides there are, and the size of their results. */
  slides(): { readonly running: number; readonly queued: number; readonly bytes: number };
  /** When the process started, in seconds since 1970. */
  readonly startedAt: number;
}

/** The events that counters and histograms record, with the details of each event. */
export interface MetricEvents {
  readonly requestAnswered: AnsweredRequest;
  readonly workerReplaced: ReplaceCause;
  readonly inputRefused: undefined;
  readonly connectionStalled: undefined;
  /** Which connection was closed: an idle one, or the new one. */
  readonly connectionDropped: "idle" | "new";
  readonly listenerReopened: undefined;
  /** The search of a slide has ended. */
  readonly slideEnded: { readonly outcome: string; readonly seconds: number };
  /** So many tiles of slides were searched. */
  readonly slideTiles: number;
}

/** Functions that turn an event into samples: a counter adds them, a histogram observes them. */
type EventReaders = {
  readonly [Event in keyof MetricEvents]?: (event: MetricEvents[Event]) => readonly Sample[];
};

/** One row of the table of metrics. */
export type MetricRow =
  & {
    readonly name: string;
    /** The text of the metric's `# HELP` line. */
    readonly help: string;
    readonly labels?: readonly string[];
  }
  & (
    | {
      readonly type: "counter";
      readonly on: EventReaders;
      /** Label values that are exported as 0 before their first event. */
      readonly startAtZero?: readonly Readonly<Record<string, string>>[];
    }
    | {
      readonly type: "histogram";
      /** Upper bounds of the buckets. */
      readonly buckets: readonly number[];
      readonly on: EventReaders;
    }
    | { readonly type: "gauge"; readonly read: (sources: MetricSources) => readonly Sample[] }
  );

/**
 * Upper bounds of the buckets for durations, in seconds. They range from half a millisecond, because a
 * patch takes a few milliseconds, to the default deadline of 30 s.
 */
const DURATION_BUCKETS = [
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
];

/** Upper bounds of the buckets for searches of slides, in seconds. */
const SLIDE_BUCKETS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400];

/** The methods that are exported as a label. Others are exported as `other`, because clients can invent any. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * The table of all metrics. To add a metric, add a row; `metrics.ts` derives the rest. A new event also
 * goes into {@linkcode MetricEvents}, a new source into {@linkcode MetricSources}.
 */
export const metricTable: readonly MetricRow[] = [
  {
    type: "counter",
    name: "mitosis_http_requests_total",
    help: "Answered requests by route, method and HTTP status",
    labels: ["route", "method", "status"],
    on: {
      requestAnswered: ({ route, method, status }) => [{
        value: 1,
        labels: { route, method: METHODS.has(method) ? method : "other", status: String(status) },
      }],
    },
  },
  {
    type: "histogram",
    name: "mitosis_http_request_duration_seconds",
    help: "Time from the request header to the answer, or to the end of an event stream, by route",
    labels: ["route"],
    buckets: DURATION_BUCKETS,
    on: {
      requestAnswered: ({ route, milliseconds }) => [{
        value: milliseconds / 1000,
        labels: { route },
      }],
    },
  },
  {
    type: "counter",
    name: "mitosis_http_requests_refused_total",
    help: "Requests that were refused or failed, by problem code",
    labels: ["code"],
    on: {
      requestAnswered: ({ code }) => code === undefined ? [] : [{ value: 1, labels: { code } }],
    },
  },
  {
    type: "counter",
    name: "mitosis_images_total",
    help:
      "Probabilities in answers and in results of event streams: one for each image, or for each " +
      "point listed in a field",
    on: { requestAnswered: ({ probabilities }) => [{ value: probabilities.length }] },
  },
  {
    type: "histogram",
    name: "mitosis_decode_seconds",
    help: "Time to decode the images of one batch",
    buckets: DURATION_BUCKETS,
    on: { requestAnswered: (request) => secondsOf("decode", request) },
  },
  {
    type: "histogram",
    name: "mitosis_queue_wait_seconds",
    help: "Time that a batch waited for an inference worker",
    buckets: DURATION_BUCKETS,
    on: { requestAnswered: (request) => secondsOf("queue", request) },
  },
  {
    type: "histogram",
    name: "mitosis_inference_seconds",
    help: "Time that an inference worker took to run the network on one batch",
    buckets: DURATION_BUCKETS,
    on: { requestAnswered: (request) => secondsOf("inference", request) },
  },
  {
    type: "histogram",
    name: "mitosis_batch_images",
    help: "Images in one batch",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    on: {
      requestAnswered: ({ stages }) =>
        stages.filter(({ stage }) => stage === "inference").map(({ count }) => ({ value: count })),
    },
  },
  {
    type: "histogram",
    name: "mitosis_probability",
    help:
      "Values of the probabilities in answers; a shift of their distribution shows a change of images or stain",
    buckets: [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
    on: { requestAnswered: ({ probabilities }) => probabilities.map((value) => ({ value })) },
  },
  {
    type: "counter",
    name: "mitosis_workers_replaced_total",
    help: "Replaced inference workers by cause: died (crashed or hung) or memory (used too much)",
    labels: ["cause"],
    startAtZero: [{ cause: "died" }, { cause: "memory" }],
    on: { workerReplaced: (cause) => [{ value: 1, labels: { cause } }] },
  },
  {
    type: "counter",
    name: "mitosis_inputs_rejected_total",
    help: "Inputs refused because they made inference workers die",
    on: { inputRefused: () => [{ value: 1 }] },
  },
  {
    type: "counter",
    name: "mitosis_connections_stalled_total",
    help: "Connections closed because the client did not read the answer for SEND_TIMEOUT_MS",
    startAtZero: [{}],
    on: { connectionStalled: () => [{ value: 1 }] },
  },
  {
    type: "counter",
    name: "mitosis_connections_dropped_total",
    help:
      "Connections closed because MAX_CONNECTIONS were open: idle ones, or new ones where all others " +
      "had requests in progress",
    labels: ["which"],
    startAtZero: [{ which: "idle" }, { which: "new" }],
    on: { connectionDropped: (which) => [{ value: 1, labels: { which } }] },
  },
  {
    type: "counter",
    name: "mitosis_listener_reopened_total",
    help: "How often the socket had stopped accepting connections and was opened again",
    startAtZero: [{}],
    on: { listenerReopened: () => [{ value: 1 }] },
  },
  {
    type: "counter",
    name: "mitosis_slides_total",
    help: "Searches of slides that have ended, by outcome: done, failed or cancelled",
    labels: ["outcome"],
    startAtZero: [{ outcome: "done" }, { outcome: "failed" }, { outcome: "cancelled" }],
    on: { slideEnded: ({ outcome }) => [{ value: 1, labels: { outcome } }] },
  },
  {
    type: "histogram",
    name: "mitosis_slide_seconds",
    help: "Time of the searches of slides that are done, without the time before a restart",
    buckets: SLIDE_BUCKETS,
    on: {
      slideEnded: ({ outcome, seconds }) => outcome === "done" ? [{ value: seconds }] : [],
    },
  },
  {
    type: "counter",
    name: "mitosis_slide_tiles_total",
    help: "Tiles of slides that were searched",
    startAtZero: [{}],
    on: { slideTiles: (tiles) => [{ value: tiles }] },
  },
  {
    type: "gauge",
    name: "mitosis_slides_running",
    help: "Searches of slides that run",
    read: ({ slides }) => [{ value: slides().running }],
  },
  {
    type: "gauge",
    name: "mitosis_slides_queued",
    help: "Searches of slides that wait",
    read: ({ slides }) => [{ value: slides().queued }],
  },
  {
    type: "gauge",
    name: "mitosis_results_bytes",
    help: "Size of the results of slides, in bytes; those of running searches as of the last hour",
    read: ({ slides }) => [{ value: slides().bytes }],
  },
  {
    type: "gauge",
    name: "mitosis_requests_in_progress",
    help: "Requests that are not answered yet; an event stream counts until it ends",
    read: ({ requestsInProgress }) => [{ value: requestsInProgress() }],
  },
  {
    type: "gauge",
    name: "mitosis_images_in_service",
    help: "Images of all requests in progress",
    read: ({ admission }) => [{ value: admission.inUse }],
  },
  {
    type: "gauge",
    name: "mitosis_images_in_service_limit",
    help: "Maximum number of images of all requests in progress (QUEUE_SIZE)",
    read: ({ queueSize }) => [{ value: queueSize }],
  },
  {
    type: "gauge",
    name: "mitosis_queue_images",
    help: "Work that waits for an inference worker, in patches, without that of slides",
    read: ({ classifier }) => [{ value: classifier()?.engine.load().waiting ?? 0 }],
  },
  {
    type: "gauge",
    name: "mitosis_queue_backlog_seconds",
    help: "Estimated time to finish all requests in progress, at the measured speed",
    read: ({ admission }) => [{ value: admission.backlogMs / 1000 }],
  },
  {
    type: "gauge",
    name: "mitosis_workers",
    help: "Number of inference workers that should run (INFERENCE_WORKERS)",
    read: ({ classifier }) => [{ value: classifier()?.engine.concurrency ?? 0 }],
  },
  {
    type: "gauge",
    name: "mitosis_workers_alive",
    help: "Number of inference workers that can run the network now",
    read: ({ classifier }) => [{ value: classifier()?.engine.load().alive ?? 0 }],
  },
  {
    type: "gauge",
    name: "mitosis_state",
    help: "1 for the current state of the service, 0 for the other states",
    labels: ["state"],
    read: (sources) =>
      serviceStates.map((state) => ({
        value: sources.state() === state ? 1 : 0,
        labels: { state },
      })),
  },
  {
    type: "gauge",
    name: "mitosis_build_info",
    help: "Version of this program",
    labels: ["version"],
    read: () => [{ value: 1, labels: { version } }],
  },
  {
    type: "gauge",
    name: "mitosis_model_info",
    help: "The model that is served",
    labels: ["id", "version", "sha256"],
    read({ classifier }) {
      const manifest = classifier()?.bundle.manifest;
      if (manifest === undefined) return [];
      const { id, version, network: { sha256 } } = manifest;
      return [{ value: 1, labels: { id, version, sha256 } }];
    },
  },
  {
    type: "gauge",
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process, in bytes",
    read: ({ residentBytes }) => [{ value: residentBytes() }],
  },
  {
    type: "gauge",
    name: "process_start_time_seconds",
    help: "Start time of the process, in seconds since 1970",
    read: ({ startedAt }) => [{ value: startedAt }],
  },
];

/** Returns how long a stage of each batch took, in seconds. */
function secondsOf(wanted: Stage, { stages }: AnsweredRequest): Sample[] {
  return stages.filter(({ stage }) => stage === wanted)
    .map(({ start, end }) => ({ value: (end - start) / 1000 }));
}
