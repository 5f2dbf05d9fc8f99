import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import { type AppDeps, type AppEnv, readyClassifier } from "../http/deps.ts";
import { problemResponses } from "../http/problem_schema.ts";
import { addUploadRoute, uploadBody, uploadedImage, uploadProblems } from "../http/upload.ts";
import { decodePatch } from "../patch/decode_patch.ts";
import { withoutBlanks } from "../search/options.ts";
import { occlusionMap } from "../patch/occlusion.ts";

const probability = z.number().min(0).max(1);

const gridSchema = z.strictObject({
  mask: z.coerce.number().int().min(2).max(64).default(16).openapi({
    description: "Side of the square that is hidden, in pixels",
  }),
  stride: z.coerce.number().int().min(2).max(64).default(4).openapi({
    description: "Pixels from one place to the next; halving it takes four times as long",
  }),
});

const answerSchema = z.object({
  status: z.literal("ok"),
  probability: probability.openapi({ description: "Of the patch as it is", example: 0.99 }),
  mask: z.int(),
  stride: z.int(),
  masked: z.array(z.array(probability)).openapi({
    description:
      "Probability with the mask about ((column + 0.5) * stride, (row + 0.5) * stride), " +
      "by row and column. Where it is lower than `probability`, the answer hangs on what is there.",
    example: [[0.99, 0.98], [0.97, 0.12]],
  }),
}).openapi("OcclusionMap");

const route = createRoute({
  method: "post",
  path: "/model/explain",
  tags: ["model"],
  operationId: "explain",
  summary: "Show what the model looks at in a patch",
  description:
    "Hides one place of the patch after the other under its mean color and scores it again (an " +
    "occlusion map, Zeiler and Fergus, 2014). It shows what the answer hangs on, not whether it is " +
    "right. For research only; no diagnosis.",
  request: {
    query: gridSchema,
    body: uploadBody("One patch, as a form or as the body.", "one", "image/png"),
  },
  responses: {
    200: {
      description: "The map",
      content: { "application/json": { schema: answerSchema } },
    },
    ...problemResponses("image_not_png", "image_wrong_size", ...uploadProblems),
  },
});

/** `POST /model/explain`: the occlusion map of one patch. */
export function explainRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  addUploadRoute(app, route, deps, ["image/png"], async (c) => {
    const classifier = readyClassifier(deps);
    const { mask, stride } = readGrid(c.req.query());
    const patch = decodePatch(uploadedImage(c), classifier.bundle.manifest.input);
    const map = await occlusionMap(classifier, patch, { mask, stride }, c.var.work);
    const answer: z.infer<typeof answerSchema> = { status: "ok", mask, stride, ...map };
    return c.json(answer);
  });
  return app;
}

function readGrid(query: Readonly<Record<string, string>>): z.infer<typeof gridSchema> {
  const read = gridSchema.safeParse(withoutBlanks(query));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = issue?.path.join(".") || (issue?.code === "unrecognized_keys" ? issue.keys[0] : "");
  throw new Problem(
    "request_invalid",
    `The query parameter '${name}' is not valid: ${issue?.message}. ` +
      "This route takes mask and stride, whole numbers from 2 to 64.",
  );
}
