import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppDeps, AppEnv } from "./app_context.ts";
import type { AnsweredRequest, RequestRecord } from "../observability/request_record.ts";

/** What a client may call its request: letters, digits and - _ = . : / + @, up to 128. */
const GIVEN_ID = /^[\w\-=.:/+@]{1,128}$/;

/**
 * Gives the request an id (its own `X-Request-Id`, or a new one), keeps its record, and once it is
 * answered says in `Server-Timing` where the time went and tells `deps` of it.
 */
export function observe(deps: AppDeps): MiddlewareHandler<AppEnv> {
  return async function observe(c, next) {
    const given = c.req.header("x-request-id");
    const id = given !== undefined && GIVEN_ID.test(given) ? given : crypto.randomUUID();
    const record: RequestRecord = {
      id,
      method: c.req.method,
      start: deps.clock.now(),
      images: 0,
      probabilities: [],
      code: undefined,
      stages: [],
    };
    const trace = deps.trace(c.req.raw);
    c.set("requestId", id);
    c.set("record", record);
    c.set("trace", trace);
    await next();
    const answered: AnsweredRequest = {
      ...record,
      route: routeOf(c),
      status: c.res.status,
      milliseconds: deps.clock.now() - record.start,
      spans: spansOf(record.stages),
    };
    const { headers } = c.res;
    headers.set("X-Request-Id", id);
    headers.set("Server-Timing", serverTiming(answered));
    if (deps.state() === "leaving" || deps.state() === "draining") {
      headers.set("Connection", "close");
    }
    trace.end(answered);
    deps.answered(answered, trace.id);
  };
}

/** The template under which a route was declared, with `{name}` for its parameters. */
function routeOf(c: Context<AppEnv>): string {
  const path = routePath(c, -1);
  if (path.includes("*")) return "unknown";
  return path.includes(":") ? path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}") : path;
}

function spansOf(stages: RequestRecord["stages"]): AnsweredRequest["spans"] {
  if (stages.length === 0) return undefined;
  const spans = { decode: 0, queue: 0, inference: 0 };
  for (const { stage, start, end } of stages) {
    const span = end - start;
    spans[stage] = stage === "queue" ? Math.max(spans.queue, span) : spans[stage] + span;
  }
  return spans;
}

/** Milliseconds of each stage, and of all, as the header says it (W3C Server Timing). */
function serverTiming({ spans, milliseconds }: AnsweredRequest): string {
  const total = `total;dur=${milliseconds.toFixed(2)}`;
  if (spans === undefined) return total;
  const { decode, queue, inference } = spans;
  return `decode;dur=${decode.toFixed(2)}, queue;dur=${queue.toFixed(2)}, ` +
    `inference;dur=${inference.toFixed(2)}, ${total}`;
}
