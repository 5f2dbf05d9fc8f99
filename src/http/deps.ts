import type { KeyRing } from "../access/key_ring.ts";
import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import type { FieldOpener } from "../search/field_opener.ts";
import type { Admission } from "../inference/admission.ts";
import type { RunOptions } from "../inference/engine.ts";
import type { Classifier } from "../patch/classifier.ts";
import type { Clock } from "./clock.ts";
import type { AnsweredRequest, RequestRecord } from "../observability/request_record.ts";
import type { RequestTrace } from "../observability/request_trace.ts";
import type { ServiceState } from "../observability/service_state.ts";

/** The settings that the app itself looks at. */
export type AppConfig = Pick<
  Config,
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

/** What the app is given from outside. */
export interface AppDeps {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly state: () => ServiceState;
  /** The model, or undefined while it is loaded or after it was put down. */
  readonly classifier: () => Classifier | undefined;
  /** Opens fields of view. */
  readonly fields: FieldOpener;
  readonly admission: Admission;
  readonly keys: KeyRing;
  /** Begins the trace of a request. */
  readonly trace: (request: Request) => RequestTrace;
  /** Told of every request, once it is answered, and of the trace that it belongs to. */
  readonly answered: (request: AnsweredRequest, traceId: string | undefined) => void;
  /** The metrics as text, in the format that was asked for, and its media type. */
  readonly metrics: (openMetrics: boolean) => Promise<[text: string, mediaType: string]>;
  /** Told of what went wrong inside, which the client does not get to see. */
  readonly reportError: (thrown: unknown, requestId: string) => void;
}

/** What a route may do for a request that was let in. */
export interface Work extends RunOptions {
  /** Fires when the client has left or the deadline has passed. */
  readonly signal: AbortSignal;
  /** The request's body, which has arrived. */
  readonly body: Uint8Array<ArrayBuffer>;
  /**
   * Says how many images there are.
   *
   * @throws {Problem} `overloaded` when so many do not fit at the moment.
   */
  expect(images: number): void;
  /** Says that the work goes on after the answer has begun, until this is over. */
  until(done: Promise<void>): void;
}

/** What middleware leaves for the routes. */
export interface AppEnv {
  Variables: {
    requestId: string;
    record: RequestRecord;
    trace: RequestTrace;
    /** Set on routes behind `admit`. */
    work: Work;
    /** PNG files and the like: set on routes that take images. */
    images: readonly Uint8Array[];
  };
}

/** Said with every 503 at the start, in seconds. */
const STARTS_WITHIN = 2;

/**
 * The model, for a route that cannot do without it.
 *
 * @throws {Problem} `not_ready` or `stopping`.
 */
export function readyClassifier({ classifier, state }: AppDeps): Classifier {
  if (state() === "draining") {
    throw new Problem(
      "stopping",
      "The service is stopping; ask another one, or again in a moment.",
      { retryAfterSeconds: STARTS_WITHIN },
    );
  }
  const ready = classifier();
  if (ready === undefined) {
    throw new Problem(
      "not_ready",
      "The model is not loaded at the moment; try again in a second.",
      { retryAfterSeconds: STARTS_WITHIN },
    );
  }
  return ready;
}
