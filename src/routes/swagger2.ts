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

/** As much of an OpenAPI 3.1 document as goes into Swagger 2.0. */
const openapiDocument = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schemaObject) }),
});

/**
 * The Swagger 2.0 description of some routes, made from the OpenAPI 3.1 description of the service,
 * for clients of IBM's service, which knew nothing newer. What Swagger 2.0 cannot say (a raw body
 * beside a form, several files in one field, examples by name) is left out.
 *
 * @param document The service's OpenAPI 3.1 document.
 * @param paths Which routes.
 */
export function swagger2(document: unknown, paths: readonly string[], version: string): unknown {
  const { paths: all, components } = openapiDocument.parse(document);
  return {
    swagger: "2.0",
    info: {
      title: "MAX Breast Cancer Mitosis Detector",
      description: "Predict the probability of the input image containing mitosis.",
      version,
    },
    basePath: "/",
    consumes: ["application/json"],
    produces: ["application/json"],
    tags: [{ name: "model", description: "Model information and inference operations" }],
    paths: Object.fromEntries(paths.map((path) => [
      path,
      Object.fromEntries(
        Object.entries(all[path] ?? {}).map(([method, op]) => [method, operation2(op)]),
      ),
    ])),
    definitions: Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [name, schema2(schema)]),
    ),
  };
}

function operation2(
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
        description: "An image file encoded as PNG with the size 64*64",
      }],
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { description, content }]) => {
        const json = content?.["application/json"];
        return [status, {
          description,
          ...(json?.schema === undefined ? {} : { schema: schema2(json.schema) }),
          ...(json?.example === undefined
            ? {}
            : { examples: { "application/json": json.example } }),
        }];
      }),
    ),
  };
}

/** JSON Schema of OpenAPI 3.1 as Swagger 2.0 has it: other places for definitions, no const or tuples. */
function schema2(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(schema2);
  if (typeof schema !== "object" || schema === null) return schema;
  const known = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === "$ref") {
      return [[key, String(value).replace("#/components/schemas", "#/definitions")]];
    }
    if (key === "const") return [["enum", [value]]];
    if (key === "prefixItems") return [["items", Array.isArray(value) ? schema2(value[0]) : {}]];
    if (key === "exclusiveMinimum" && typeof value === "number") {
      return [["minimum", value], ["exclusiveMinimum", true]];
    }
    return [[key, schema2(value)]];
  });
  return Object.fromEntries(known);
}
