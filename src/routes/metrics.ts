import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import { problemResponses } from "../http/problem_schema.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";

const text = { schema: z.string() };

const route = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["operation"],
  operationId: "metrics",
  summary: "Give the metrics that Prometheus collects",
  responses: {
    200: {
      description: "Prometheus' text format, or OpenMetrics for who accepts it",
      content: { "text/plain": text, "application/openmetrics-text": text },
    },
    ...problemResponses("key_missing", "key_unknown", "internal"),
  },
});

/** `GET /metrics`: what the service counts and times, in Prometheus' format, or OpenMetrics on request. */
export function metricsRoutes({ config, metrics }: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  if (config.metricsPort > 0) return app;
  app.openAPIRegistry.registerPath(route);
  app.get("/metrics", (c) => answer(c, metrics));
  return app;
}

/** An app that has nothing but `GET /metrics`, for a port of its own. */
export function metricsOnly(metrics: AppDeps["metrics"]): Hono {
  return new Hono().get("/metrics", (c) => answer(c, metrics));
}

async function answer(c: Context, metrics: AppDeps["metrics"]): Promise<Response> {
  const openMetrics = c.req.header("accept")?.includes("application/openmetrics-text") ?? false;
  const [text, mediaType] = await metrics(openMetrics);
  return c.body(text, 200, { "content-type": mediaType });
}
