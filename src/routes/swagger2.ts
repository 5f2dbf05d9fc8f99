import { z } from "@hono/zod-openapi";

const schemaObject = z.record(z.string(), z.unknown());
const mediaTypes = z.record(
  z.string(),
  z.object({ schema: schemaObject.optional(), example: z.unknown().optional() }),
);
const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  requestBody: z.object({ content: mediaTypes }).optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: mediaTypes.optional() }),
  ),
});

/** The parts of an OpenAPI 3.1 document that are converted to Swagger 2.0. */
const openapiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schemaObject) }),
});

/**
 * Converts the OpenAPI 3.1 description of some routes to Swagger 2.0, for clients of IBM's service.
 * Leaves out what Swagger 2.0 cannot express: a raw body as alternative to a form, several files in one
 * field, named examples.
 *
 * @param document The service's OpenAPI 3.1 document.
 * @param paths The routes to convert.
 * @param version The version of the API.
 * @param basePath The path below which a client finds the routes.
 */
export function toSwagger2(
  document: unknown,
  paths: readonly string[],
  version: string,
  basePath: string,
): unknown {
  const { paths: all, components } = openapiDocument.parse(document);
  return {
    swagger: "2.0",
    info: {
      title: "MAX Breast Cancer Mitosis Detector",
      description: "Predict the probability of the input image containing mitosis.",
      version,
    },
    basePath,
    consumes: ["application/json"],
    produces: ["application/json"],
    tags: [{ name: "model", description: "Model information and inference operations" }],
    paths: Object.fromEntries(paths.map((path) => [
      path,
      Object.fromEntries(
        Object.entries(all[path] ?? {}).map(([method, op]) => [method, convertOperation(op)]),
      ),
    ])),
    definitions: Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [name, convertSchema(schema)]),
    ),
  };
}

function convertOperation(
  { operationId, summary, tags, requestBody, responses }: z.infer<typeof operation>,
) {
  const form = requestBody?.content["multipart/form-data"];
  return {
    operationId,
    summary,
    tags,
    ...(form === undefined ? {} : {
      consumes: ["multipart/form-data"],
      parameters: [{
        name: "image",
        in: "formData",
        type: "file",
        required: true,
        description:
          "An image file encoded as PNG, of the size that the model takes: 64*64 for the embedded one",
      }],
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { description, content }]) => {
        const json = content?.["application/json"];
        return [status, {
          description,
          ...(json?.schema === undefined ? {} : { schema: convertSchema(json.schema) }),
          ...(json?.example === undefined
            ? {}
            : { examples: { "application/json": json.example } }),
        }];
      }),
    ),
  };
}

/** Converts a JSON Schema of OpenAPI 3.1: `$ref` to definitions, `const` to `enum`, tuples to arrays. */
function convertSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(convertSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === "$ref") {
      return [[key, String(value).replace("#/components/schemas", "#/definitions")]];
    }
    if (key === "const") return [["enum", [value]]];
    if (key === "prefixItems") {
      return [["items", Array.isArray(value) ? convertSchema(value[0]) : {}]];
    }
    if (key === "exclusiveMinimum" && typeof value === "number") {
      return [["minimum", value], ["exclusiveMinimum", true]];
    }
    return [[key, convertSchema(value)]];
  });
  return Object.fromEntries(entries);
}
