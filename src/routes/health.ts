import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import { type AppDeps, type AppEnv, readyClassifier } from "../http/app_context.ts";
import { oipProblemResponses } from "../http/problem_schema.ts";

const live = createRoute({
  method: "get",
  path: "/v2/health/live",
  tags: ["health"],
  operationId: "live",
  summary: "Tell whether the process answers",
  responses: {
    200: {
      description: "It does",
      content: { "application/json": { schema: z.object({ live: z.literal(true) }) } },
    },
  },
});

const ready = createRoute({
  method: "get",
  path: "/v2/health/ready",
  tags: ["health"],
  operationId: "ready",
  summary: "Tell whether predictions are answered",
  description: "Ready after the model was loaded and has passed its self-test.",
  responses: {
    200: {
      description: "They are",
      content: { "application/json": { schema: z.object({ ready: z.literal(true) }) } },
    },
    ...oipProblemResponses("not_ready", "stopping"),
  },
});

/** Health as the Open Inference Protocol has it. */
export function healthRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(live, (c) => c.json({ live: true as const }, 200))
    .openapi(ready, (c) => {
      const { engine } = readyClassifier(deps);
      if (deps.state() === "leaving") {
        throw new Problem("stopping", "The service is stopping; it still answers what it gets.");
      }
      if (engine.load().alive === 0) {
        throw new Problem("not_ready", "All Workers are being replaced; try again in a second.", {
          retryAfterSeconds: 1,
        });
      }
      return c.json({ ready: true as const }, 200);
    });
}
