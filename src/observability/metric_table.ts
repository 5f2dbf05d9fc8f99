import type { Admission } from "../inference/admission.ts";
import type { ServiceState } from "./service_state.ts";
import type { Classifier } from "../patch/classifier.ts";
import { version } from "../version.ts";

/** Where the metrics look up what is true at the moment. */
export interface Live {
  readonly admission: Admission;
  readonly capacity: number;
  state(): ServiceState;
  classifier(): Classifier | undefined;
  /** Bytes of memory that the process holds. */
  residentBytes(): number;
  /** When the process began, in seconds since 1970. */
  readonly startedAt: number;
}

/** One value of a metric, with its labels. */
interface Reading {
  readonly value: number;
  readonly labels?: Record<string, string>;
}

/** A metric that is read when somebody asks. */
interface LiveMetric {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (live: Live) => readonly Reading[];
}

/** Upper ends of the histograms' buckets. */
export const buckets = {
  /** From half a millisecond, since a patch takes a few, to the default deadline. */
  seconds: [
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
  ],
  images: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  probability: [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
};

const STATES: readonly ServiceState[] = ["starting", "ready", "leaving", "draining"];

/** Every metric that is a state, not a count. */
export const liveMetrics: readonly LiveMetric[] = [
  {
    name: "mitosis_images_in_service",
    help: "Images of all requests that were let in and are not answered yet",
    read: ({ admission }) => [{ value: admission.inUse }],
  },
  {
    name: "mitosis_images_in_service_limit",
    help: "From how many on requests are answered 429 (QUEUE_SIZE)",
    read: ({ capacity }) => [{ value: capacity }],
  },
  {
    name: "mitosis_queue_images",
    help: "Images that wait for a Worker",
    read: ({ classifier }) => [{ value: classifier()?.engine.load().waiting ?? 0 }],
  },
  {
    name: "mitosis_queue_backlog_seconds",
    help: "Time until what is under way will be done, at the measured rate",
    read: ({ admission }) => [{ value: admission.backlogMs / 1000 }],
  },
  {
    name: "mitosis_workers",
    help: "Workers that there should be (INFERENCE_WORKERS)",
    read: ({ classifier }) => [{ value: classifier()?.engine.concurrency ?? 0 }],
  },
  {
    name: "mitosis_workers_alive",
    help: "Workers that can run now",
    read: ({ classifier }) => [{ value: classifier()?.engine.load().alive ?? 0 }],
  },
  {
    name: "mitosis_state",
    help: "1 for the state that the service is in",
    labels: ["state"],
    read: (live) =>
      STATES.map((state) => ({ labels: { state }, value: live.state() === state ? 1 : 0 })),
  },
  {
    name: "mitosis_build_info",
    help: "Version of this program",
    labels: ["version"],
    read: () => [{ value: 1, labels: { version } }],
  },
  {
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
    name: "process_resident_memory_bytes",
    help: "Memory that the process holds",
    read: (live) => [{ value: live.residentBytes() }],
  },
  {
    name: "process_start_time_seconds",
    help: "When the process began, in seconds since 1970",
    read: ({ startedAt }) => [{ value: startedAt }],
  },
];
