import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { describeOipProblems } from "../http/problem_schema.ts";
import { WORKER_RETRY_AFTER_SECONDS } from "../retry_after.ts";

const live = createRoute({
  method: "get",
  path: "/v2/health/live",
  tags: ["health"],
  operationId: "live",
  summary: "Check whether the process is alive",
  description: "Answers as soon as the process listens, also before the model is loaded.",
  security: [],
  responses: {
    200: {
      description: "The process is alive",
      content: { "application/json": { schema: z.object({ live: z.literal(true) }) } },
    },
    ...describeOipProblems("host_not_allowed"),
  },
});

const ready = createRoute({
  method: "get",
  path: "/v2/health/ready",
  tags: ["health"],
  operationId: "ready",
  summary: "Check whether the service is ready for requests",
  description:
    "The service is ready when the model is loaded and warmed up and has passed its self-test, until " +
    "it gets a stop signal.",
  security: [],
  responses: {
    200: {
      description: "The service is ready",
      content: { "application/json": { schema: z.object({ ready: z.literal(true) }) } },
    },
    ...describeOipProblems("host_not_allowed", "not_ready", "stopping"),
  },
});

/** Creates the health routes of the Open Inference Protocol. */
export function healthRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(live, (c) => c.json({ live: true as const }, 200))
    .openapi(ready, (c) => {
      const { engine } = requireClassifier(deps);
      if (deps.state() === "stopping") {
        throw new Problem(
          "stopping",
          "The service is stopping; for a short time it still accepts requests.",
        );
      }
      if (engine.load().alive === 0) {
        throw new Problem(
          "not_ready",
          `All inference workers are being replaced. Try again in ${WORKER_RETRY_AFTER_SECONDS} s.`,
          { retryAfterSeconds: WORKER_RETRY_AFTER_SECONDS },
        );
      }
      return c.json({ ready: true as const }, 200);
    });
}
