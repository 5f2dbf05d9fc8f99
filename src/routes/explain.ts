import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Problem } from "../errors.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { addUploadRoute, describeUploadBody, singleImage, uploadProblems } from "../http/upload.ts";
import { decodePatch } from "../patch/decode_patch.ts";
import { withoutBlanks } from "../search/options.ts";
import { occlusionMap } from "../patch/occlusion.ts";
import { researchUseOnly } from "../research_use.ts";

const probability = z.number().min(0).max(1);

const querySchema = z.strictObject({
  mask: z.coerce.number().int().min(2).max(64).default(16).openapi({
    description: "Side length of the hidden square, in pixels",
  }),
  stride: z.coerce.number().int().min(2).max(64).default(4).openapi({
    description: "Pixels between neighboring squares; half the stride takes four times as long",
  }),
});

const answerSchema = z.object({
  status: z.literal("ok"),
  probability: probability.openapi({
    description: "Probability of the whole patch",
    example: 0.99,
  }),
  mask: z.int(),
  stride: z.int(),
  masked: z.array(z.array(probability)).openapi({
    description:
      "Rows of probabilities of the patch with one square hidden. The square's center is at " +
      "x = (column + 0.5) * stride, y = (row + 0.5) * stride. A value below `probability` means that " +
      "the model finds evidence for a mitosis in the hidden square.",
    example: [[0.99, 0.98], [0.97, 0.12]],
  }),
}).openapi("OcclusionMap");

const route = createRoute({
  method: "post",
  path: "/model/explain",
  tags: ["model"],
  operationId: "explain",
  summary: "Show which parts of a patch the model's answer depends on",
  description:
    "Covers one square of the patch after another with the patch's mean color and scores the patch " +
    "again: an occlusion map (Zeiler and Fergus, 2014). The map shows which parts the answer depends " +
    `on, not whether the answer is right. ${researchUseOnly}`,
  request: {
    query: querySchema,
    body: describeUploadBody("One patch, as a form or as the body.", "one", "image/png"),
  },
  responses: {
    200: {
      description: "The occlusion map",
      content: { "application/json": { schema: answerSchema } },
    },
    ...describeProblems("image_not_png", "image_wrong_size", ...uploadProblems),
  },
});

/** Creates the route `POST /model/explain`: the occlusion map of one patch. */
export function explainRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  addUploadRoute(app, route, deps, ["image/png"], async (c) => {
    const classifier = requireClassifier(deps);
    const { mask, stride } = readQuery(c.req.query());
    const patch = decodePatch(singleImage(c), classifier.bundle.manifest.input);
    const map = await occlusionMap(classifier, patch, { mask, stride }, c.var.work);
    const answer: z.infer<typeof answerSchema> = { status: "ok", mask, stride, ...map };
    return c.json(answer);
  });
  return app;
}

function readQuery(query: Readonly<Record<string, string>>): z.infer<typeof querySchema> {
  const read = querySchema.safeParse(withoutBlanks(query));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = issue?.path.join(".") || (issue?.code === "unrecognized_keys" ? issue.keys[0] : "");
  throw new Problem(
    "request_invalid",
    `The query parameter '${name}' is not valid: ${issue?.message}. ` +
      "This route accepts mask and stride, whole numbers from 2 to 64.",
  );
}
