import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type AppDeps, type AppEnv, readyClassifier } from "../http/app_context.ts";
import { problemResponses } from "../http/problem_schema.ts";
import { addUploadRoute, uploadBody, uploadProblems } from "../http/upload.ts";
import { predictPatches } from "../patch/predict.ts";

const answerSchema = z.object({
  status: z.literal("ok"),
  predictions: z.array(z.object({
    probability: z.number().min(0).max(1).openapi({
      description: "Probability of the image containing mitosis",
      example: 0.9884441494941711,
    }),
  })).openapi({ description: "One for each image, in their order" }),
}).openapi("Predictions");

const route = createRoute({
  method: "post",
  path: "/model/predict",
  tags: ["model"],
  operationId: "predict",
  summary: "Score patches for mitosis",
  description:
    "Takes 64 x 64 PNG patches of H&E-stained tissue and answers the probability that each shows a " +
    "mitosis. For research only; no diagnosis.",
  request: {
    body: uploadBody(
      "One or several patches as a form, or one PNG as the body.",
      "several",
      "image/png",
    ),
  },
  responses: {
    200: {
      description: "The probabilities",
      content: {
        "application/json": {
          schema: answerSchema,
          example: { status: "ok", predictions: [{ probability: 0.9884441494941711 }] },
        },
      },
    },
    ...problemResponses("image_not_png", "image_wrong_size", ...uploadProblems),
  },
});

/** `POST /model/predict`: IBM's route, and more than one patch at a time. */
export function predictRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  addUploadRoute(app, route, deps, ["image/png"], async (c) => {
    const probabilities = await predictPatches(
      readyClassifier(deps),
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
