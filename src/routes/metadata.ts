import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { manifestSchema } from "../model/manifest.ts";

const { id, name, description, type, license, source, version, input, threshold, mpp } =
  manifestSchema.shape;

/** Three numbers, as an array: for a tuple, zod-openapi does not describe the length. */
const threeNumbers = z.array(z.number()).length(3);

const metadataSchema = z.object({
  id,
  name,
  description,
  type,
  license,
  source,
  version,
  sha256: z.string().openapi({ description: "SHA-256 of the network file, hexadecimal" }),
  input: input.extend({
    normalization: z.object({ scale: threeNumbers, offset: threeNumbers }),
  }),
  threshold,
  mpp,
}).openapi("ModelMetadata");

const route = createRoute({
  method: "get",
  path: "/model/metadata",
  tags: ["model"],
  operationId: "metadata",
  summary: "Describe the model that is served",
  description: "Returns the model's name, license, input, threshold and scale, from its manifest.",
  responses: {
    200: {
      description: "The six fields of IBM's service, and further facts from the manifest",
      content: { "application/json": { schema: metadataSchema } },
    },
    ...describeProblems("key_missing", "key_unknown", "internal", "not_ready", "stopping"),
  },
});

/** Creates the route `GET /model/metadata`: facts about the model from its manifest. */
export function metadataRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>().openapi(route, (c) => {
    const { manifest } = requireClassifier(deps).bundle;
    const { sha256 } = manifest.network;
    return c.json(metadataSchema.parse({ ...manifest, sha256 }), 200);
  });
}
