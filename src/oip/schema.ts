/**
 * OpenAPI schemas of the messages of the Open Inference Protocol (v2), for the description of the API.
 * `request.ts` checks requests.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { EXTENSIONS, INPUT_NAME, OUTPUT_NAME } from "./metadata.ts";

const tensorDoc = z.object({
  name: z.string(),
  datatype: z.enum(["UINT8", "FP32"]),
  shape: z.array(z.int()),
});

/** The protocol's `$metadata_server_response`. */
export const serverDoc = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.enum(EXTENSIONS)),
}).openapi("OipServer");

/** The protocol's `$metadata_model_response`. */
export const modelMetadataDoc = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorDoc),
  outputs: z.array(tensorDoc),
}).openapi("OipModel");

const parametersDoc = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The protocol's `$inference_request`, restricted to what this service accepts. */
export const inferRequestDoc = z.object({
  id: z.string().max(256).optional(),
  parameters: parametersDoc.optional(),
  inputs: z.array(z.object({
    name: z.literal(INPUT_NAME),
    datatype: z.literal("UINT8"),
    shape: z.array(z.int().min(1)).min(4).max(4).openapi({
      description: "[n, height, width, 3], with the height and width of the model's metadata",
    }),
    parameters: parametersDoc.optional(),
    data: z.array(z.int().min(0).max(255)).optional().openapi({
      description:
        "RGB, 0 to 255, flat or nested like the shape; left out if the bytes follow the JSON",
    }),
  })).min(1).max(1),
  outputs: z.array(z.object({ name: z.literal(OUTPUT_NAME), parameters: parametersDoc.optional() }))
    .optional(),
}).openapi("OipInferRequest");

/** The protocol's `$inference_response`. */
export const inferResponseDoc = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.object({
    name: z.literal(OUTPUT_NAME),
    datatype: z.literal("FP32"),
    shape: z.array(z.int()),
    data: z.array(z.number().min(0).max(1)),
  })),
}).openapi("OipInferResponse");

/** The protocol's `$error_response`. */
export const oipErrorDoc = z.object({ error: z.string() }).openapi("OipError");
