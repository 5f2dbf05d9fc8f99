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
 * @param query Reads the query. Numbers need both bounds; texts need a list of accepted values.
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
  // The output type tells `true` from "true"; a parameter that is transformed has only an input type.
  const read = z.toJSONSchema(query, { io: "output", unrepresentable: "any" }).properties ?? {};
  const typed = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return Object.entries(descriptions).map(([name, description]) => {
    const output = parameterSchema.safeParse(read[name]);
    return {
      name,
      in: "query" as const,
      required: typed.required?.includes(name) ?? false,
      description,
      schema: output.success ? output.data : parameterSchema.parse(typed.properties?.[name]),
    };
  });
}
