import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import { describeProblems } from "../http/problem_schema.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";

const text = { schema: z.string() };

const route = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["operation"],
  operationId: "metrics",
  summary: "Return the metrics for Prometheus",
  description: "Counters and histograms of requests, of the queue and of the inference workers.",
  responses: {
    200: {
      description:
        "The metrics in Prometheus' text format, or OpenMetrics when the client accepts it",
      content: { "text/plain": text, "application/openmetrics-text": text },
    },
    ...describeProblems("key_missing", "key_unknown", "internal"),
  },
});

/** Creates the route `GET /metrics`, unless the setting METRICS_PORT moves it to a separate port. */
export function metricsRoutes({ config, metrics }: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  if (config.metricsPort > 0) return app;
  app.openAPIRegistry.registerPath(route);
  app.get("/metrics", (c) => respond(c, metrics));
  return app;
}

/**
 * Creates the app of the separate port METRICS_PORT: `GET /metrics` without an API key, and the health
 * routes, which stay reachable there while clients hold all connections of the service.
 *
 * @param fetch Answers requests to the service.
 */
export function metricsPortApp(
  metrics: AppDeps["metrics"],
  fetch: (request: Request) => Response | Promise<Response>,
): Hono {
  return new Hono()
    .get("/metrics", (c) => respond(c, metrics))
    .get("/v2/health/*", (c) => fetch(c.req.raw));
}

async function respond(c: Context, metrics: AppDeps["metrics"]): Promise<Response> {
  const openMetrics = c.req.header("accept")?.includes("application/openmetrics-text") ?? false;
  const [text, mediaType] = await metrics(openMetrics);
  return c.body(text, 200, { "content-type": mediaType });
}
