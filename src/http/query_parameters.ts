import { z } from "zod";

/** The kinds of query parameters that this service has, as JSON Schema. */
const parameterSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("boolean") }),
  z.object({ type: z.literal("string"), enum: z.array(z.string()) }),
  z.object({ type: z.enum(["integer", "number"]), minimum: z.number(), maximum: z.number() }),
]);

/**
 * Describes the parameters of a query for OpenAPI, with the types and bounds of the zod schema that
 * reads the query.
 *
 * @param query The schema. Every number needs a minimum and a maximum. Every text needs a list of
 *   accepted values.
 * @param descriptions What each parameter means. Its keys are those of `query`, in the wanted order.
 * @throws {z.ZodError} at start-up, when a parameter is of another kind.
 *
 * @example
 * ```ts
 * import { describeQuery } from "./query_parameters.ts";
 * import { deepEqual } from "node:assert/strict";
 * import { z } from "zod";
 *
 * const query = z.object({ stride: z.coerce.number().int().min(1).max(64).optional() });
 * deepEqual(describeQuery(query, { stride: "Pixels between windows" }), [{
 *   name: "stride",
 *   in: "query",
 *   required: false,
 *   description: "Pixels between windows",
 *   schema: { type: "integer", minimum: 1, maximum: 64 },
 * }]);
 * ```
 */
export function describeQuery(query: z.ZodObject, descriptions: Readonly<Record<string, string>>) {
  // A parameter arrives as text, so describe the type that it is converted to. zod gives an empty schema
  // for the result of a transform. Then describe the type before the conversion.
  const output = z.toJSONSchema(query, { io: "output", unrepresentable: "any" }).properties ?? {};
  const input = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return Object.entries(descriptions).map(([name, description]) => {
    const schema = parameterSchema.safeParse(output[name]);
    return {
      name,
      in: "query" as const,
      required: input.required?.includes(name) ?? false,
      description,
      schema: schema.success ? schema.data : parameterSchema.parse(input.properties?.[name]),
    };
  });
}
