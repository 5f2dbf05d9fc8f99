import type { KeyRing } from "../access/key_ring.ts";
import type { Config } from "../config.ts";
import type { FieldOpener } from "../search/field_opener.ts";
import type { Admission } from "../inference/admission.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { SlideFolder } from "../slide_folder/slide_folder.ts";
import type { SlideJobs } from "../slide_jobs/slide_jobs.ts";
import type { ArrivingBodies } from "./arriving_bodies.ts";
import type { Clock } from "./clock.ts";
import type { AnsweredRequest, RequestRecord } from "../observability/request_record.ts";
import type { RequestTrace } from "../observability/request_trace.ts";
import type { ServiceState } from "../observability/service_state.ts";

/** The settings that the HTTP app reads. */
export type AppConfig = Pick<
  Config,
  | "host"
  | "allowedHosts"
  | "corsEnable"
  | "corsOrigins"
  | "maxBodyBytes"
  | "maxImages"
  | "maxMegapixels"
  | "queueSize"
  | "requestTimeoutMs"
  | "fieldTimeoutMs"
  | "clientTimeoutMs"
  | "metricsPort"
>;

/** Whole slides, as far as the settings allow them. */
export interface SlideServices {
  /** Undefined without SLIDES_DIR. */
  readonly folder: SlideFolder | undefined;
  /** Undefined without RESULTS_DIR. */
  readonly jobs: SlideJobs | undefined;
}

/** Everything that the HTTP app gets from the service around it. */
export interface AppDeps {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly state: () => ServiceState;
  /** Returns the model, or undefined before it is loaded and after it is closed. */
  readonly classifier: () => Classifier | undefined;
  /** Opens fields of view. */
  readonly fields: FieldOpener;
  /** The slides and their searches; undefined where there are no Workers, and then no routes for them. */
  readonly slides: SlideServices | undefined;
  readonly admission: Admission;
  /** Limits the request bodies that arrive at the same time. */
  readonly arriving: ArrivingBodies;
  readonly keys: KeyRing;
  /** Aborts with a problem when the service stops and requests in progress must end. */
  readonly stopped: AbortSignal;
  /** Starts the trace of a request. */
  readonly startTrace: (request: Request) => RequestTrace;
  /** Called once for every answered request, with the id of its trace. */
  readonly onAnswered: (request: AnsweredRequest, traceId: string | undefined) => void;
  /** Returns the metrics as text in the requested format, and the media type of that text. */
  readonly metrics: (openMetrics: boolean) => Promise<[text: string, mediaType: string]>;
  /** Called with unexpected errors, whose details the client does not see. */
  readonly reportError: (thrown: unknown, requestId: string) => void;
}

/** An admitted request, as its route sees it. Pass it to the classifier as run options. */
export interface RequestWork extends RunOptions {
  /** Aborts at the deadline, when the client disconnects, or when the service stops. */
  readonly signal: AbortSignal;
  /** The whole request body. */
  readonly body: Uint8Array<ArrayBuffer>;
  /**
   * Reserves capacity for the images of the request.
   *
   * @throws {Problem} `overloaded` when the images do not fit at the moment.
   */
  setImageCount(images: number): void;
  /**
   * Keeps the capacity reserved and the deadline in force until `done` settles. Call it when work goes on
   * after the handler has returned.
   */
  keepUntil(done: Promise<void>): void;
}

/** What the listener knows of the client. */
export interface ClientInfo {
  /** The client's IP address, or that of a proxy in front of the service. */
  readonly address?: string | undefined;
}

/**
 * What a handler finds in its context. The listener sets the `Bindings`, and middleware sets the
 * `Variables`.
 */
export interface AppEnv {
  Bindings: ClientInfo;
  Variables: {
    requestId: string;
    record: RequestRecord;
    trace: RequestTrace;
    /** Set by `admissionControl`. */
    work: RequestWork;
    /** Settles when the event stream ends. Undefined when the answer is not an event stream. */
    answerEnd: Promise<void> | undefined;
    /** The uploaded image files. Set by `addUploadRoute`. */
    images: readonly Uint8Array[];
  };
}
