import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppDeps, AppEnv } from "./app_context.ts";
import type { AnsweredRequest, RequestRecord } from "../observability/request_record.ts";

/** The request ids that are accepted from clients: up to 128 letters, digits and - _ = . : / + @. */
const VALID_REQUEST_ID = /^[\w\-=.:/+@]{1,128}$/;

/**
 * Creates the middleware that records each request for log, metrics and traces. It takes the id of the
 * request from `X-Request-Id`, or creates one. It sets the response headers `X-Request-Id` and
 * `Server-Timing`, and calls `deps.onAnswered` once: after the answer, or at the end of an event stream.
 */
export function recordRequest(deps: AppDeps): MiddlewareHandler<AppEnv> {
  return async function recordRequest(c, next) {
    const received = c.req.header("x-request-id");
    const isValid = received !== undefined && VALID_REQUEST_ID.test(received);
    const id = isValid ? received : crypto.randomUUID();
    const record: RequestRecord = {
      id,
      method: c.req.method,
      start: deps.clock.now(),
      images: 0,
      probabilities: [],
      code: undefined,
      stages: [],
    };
    const trace = deps.startTrace(c.req.raw);
    c.set("requestId", id);
    c.set("record", record);
    c.set("trace", trace);
    await next();
    const route = routeTemplate(c);
    const { headers, status } = c.res;
    const answered = (): AnsweredRequest => ({
      ...record,
      route,
      status,
      milliseconds: deps.clock.now() - record.start,
      stageMilliseconds: sumStages(record.stages),
    });
    const report = (request: AnsweredRequest) => {
      trace.end(request);
      deps.onAnswered(request, trace.id);
    };
    const request = answered();
    headers.set("X-Request-Id", id);
    headers.set("Server-Timing", serverTiming(request));
    const state = deps.state();
    if (state === "stopping" || state === "draining") headers.set("Connection", "close");
    const end = c.get("answerEnd");
    if (end === undefined) report(request);
    else end.finally(() => report(answered()));
  };
}

/** Returns the path of the matched route, with parameters as `{name}`; `unknown` without a match. */
function routeTemplate(c: Context<AppEnv>): string {
  const path = routePath(c, -1);
  if (path.includes("*")) return "unknown";
  return path.includes(":") ? path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}") : path;
}

/** Adds up the time of each stage. Batches wait in the queue at the same time, so the longest wait counts. */
function sumStages(stages: RequestRecord["stages"]): AnsweredRequest["stageMilliseconds"] {
  if (stages.length === 0) return undefined;
  const sums = { decode: 0, queue: 0, inference: 0 };
  for (const { stage, start, end } of stages) {
    const time = end - start;
    sums[stage] = stage === "queue" ? Math.max(sums.queue, time) : sums[stage] + time;
  }
  return sums;
}

/** Formats the times of the stages and the total for the header `Server-Timing` (W3C). */
function serverTiming({ stageMilliseconds, milliseconds }: AnsweredRequest): string {
  const total = `total;dur=${milliseconds.toFixed(2)}`;
  if (stageMilliseconds === undefined) return total;
  const { decode, queue, inference } = stageMilliseconds;
  return `decode;dur=${decode.toFixed(2)}, queue;dur=${queue.toFixed(2)}, ` +
    `inference;dur=${inference.toFixed(2)}, ${total}`;
}
