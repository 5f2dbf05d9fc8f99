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

/** Creates an app with `GET /metrics` only, for a separate port. It needs no API key. */
export function metricsOnlyApp(metrics: AppDeps["metrics"]): Hono {
  return new Hono().get("/metrics", (c) => respond(c, metrics));
}

async function respond(c: Context, metrics: AppDeps["metrics"]): Promise<Response> {
  const openMetrics = c.req.header("accept")?.includes("application/openmetrics-text") ?? false;
  const [text, mediaType] = await metrics(openMetrics);
  return c.body(text, 200, { "content-type": mediaType });
}
