import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { addUploadRoute, describeUploadBody, uploadProblems } from "../http/upload.ts";
import { predictPatches } from "../patch/predict.ts";
import { researchUseOnly } from "../research_use.ts";

const answerSchema = z.object({
  status: z.literal("ok"),
  predictions: z.array(z.object({
    probability: z.number().min(0).max(1).openapi({
      description: "Probability of the image containing mitosis",
      example: 0.9884441494941711,
    }),
  })).openapi({ description: "One prediction per image, in the order of the images" }),
}).openapi("Predictions");

const route = createRoute({
  method: "post",
  path: "/model/predict",
  tags: ["model"],
  operationId: "predict",
  summary: "Score patches for mitosis",
  description:
    "Takes PNG patches of H&E-stained tissue, each of the size that the model takes (64 x 64 pixels " +
    "for the embedded one). Returns the probability that each " +
    `patch shows a mitosis. ${researchUseOnly}`,
  request: {
    body: describeUploadBody(
      "One or several patches as a form, or one patch as the body.",
      "several",
      "image/png",
    ),
  },
  responses: {
    200: {
      description: "The probability of each patch",
      content: {
        "application/json": {
          schema: answerSchema,
          example: { status: "ok", predictions: [{ probability: 0.9884441494941711 }] },
        },
      },
    },
    ...describeProblems("image_not_png", "image_wrong_size", ...uploadProblems),
  },
});

/** Creates the route `POST /model/predict`, which scores patches as IBM's service does. */
export function predictRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  addUploadRoute(app, route, deps, ["image/png"], async (c) => {
    const probabilities = await predictPatches(
      requireClassifier(deps),
      c.get("images"),
      c.get("work"),
    );
    c.get("record").probabilities = probabilities;
    const predictions = probabilities.map((probability) => ({ probability }));
    const answer: z.infer<typeof answerSchema> = { status: "ok", predictions };
    return c.json(answer);
  });
  return app;
}
