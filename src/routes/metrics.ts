import { OpenAPIHono } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import type { AppDeps, AppEnv } from "../http/deps.ts";

/** `GET /metrics`: what the service counts and times, in Prometheus' format, or OpenMetrics on request. */
export function metricsRoutes({ config, metrics }: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  if (config.metricsPort === 0) app.get("/metrics", (c) => answer(c, metrics));
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
