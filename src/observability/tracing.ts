import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { noTrace, type RequestTrace } from "./request_trace.ts";

const headerGetter: TextMapGetter<Headers> = {
  get: (carrier, key) => carrier.get(key) ?? undefined,
  keys: (carrier) => [...carrier.keys()],
};

/**
 * Creates the function that starts the trace of a request, for Deno's built-in OpenTelemetry
 * (`OTEL_DENO=true`). Each request gets a server span with one child span per stage. Uses the server span
 * that Deno opens with `Deno.serve`; otherwise opens a span that continues the caller's `traceparent`.
 *
 * @returns A function that starts the trace of one request. When tracing is off, it returns
 *   {@linkcode noTrace}.
 */
export function createTracing(): (request: Request) => RequestTrace {
  const tracer = trace.getTracer("mitosis");
  if (!tracer.startSpan("is tracing on?").isRecording()) return () => noTrace;
  return (request) => {
    const active = trace.getActiveSpan();
    const path = new URL(request.url).pathname;
    let span: Span;
    let parent = context.active();
    if (active === undefined) {
      const caller = propagation.extract(parent, request.headers, headerGetter);
      span = tracer.startSpan(request.method, {
        kind: SpanKind.SERVER,
        attributes: { "http.request.method": request.method, "url.path": path },
      }, caller);
      parent = trace.setSpan(caller, span);
    } else {
      span = active;
    }
    return {
      id: span.spanContext().traceId,
      stage({ stage, start, end, count }) {
        const options = { startTime: wallClock(start), attributes: { "mitosis.images": count } };
        tracer.startSpan(stage, options, parent).end(wallClock(end));
      },
      end({ id, route, status, method, images, code }) {
        span.updateName(`${method} ${route}`);
        span.setAttributes({
          "http.route": route,
          "http.response.status_code": status,
          "http.request.header.x-request-id": id,
          "mitosis.images": images,
          ...(code === undefined ? {} : { "error.type": code }),
        });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        if (active === undefined) span.end();
      },
    };
  };
}

/** Converts a time of `performance.now()` to milliseconds since 1970. */
function wallClock(time: number): number {
  return performance.timeOrigin + time;
}
