import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Stage } from "../inference/engine.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import type { AnsweredRequest, RequestRecord } from "./record.ts";

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
    };
    c.header("X-Request-Id", id);
    c.header("Server-Timing", serverTiming(answered));
    if (deps.state() === "leaving" || deps.state() === "draining") c.header("Connection", "close");
    trace.end(answered);
    deps.answered(answered, trace.id);
  };
}

/** The template under which a route was declared, with `{name}` for its parameters. */
function routeOf(c: Context<AppEnv>): string {
  const path = routePath(c, -1);
  return path.includes("*") ? "unknown" : path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
}

/** Milliseconds of each stage, and of all, as the header says it (W3C Server Timing). */
function serverTiming({ stages, milliseconds }: AnsweredRequest): string {
  const parts: string[] = [];
  for (const stage of ["decode", "queue", "inference"] as const) {
    if (stages.length > 0) parts.push(`${stage};dur=${spanOf(stage, stages).toFixed(2)}`);
  }
  return [...parts, `total;dur=${milliseconds.toFixed(2)}`].join(", ");
}

/** What a stage took: decoding adds up; waiting and running go on side by side, so their longest counts. */
function spanOf(stage: Stage, stages: RequestRecord["stages"]): number {
  let sum = 0;
  let longest = 0;
  for (const time of stages) {
    if (time.stage !== stage) continue;
    sum += time.end - time.start;
    longest = Math.max(longest, time.end - time.start);
  }
  return stage === "queue" ? longest : sum;
}
