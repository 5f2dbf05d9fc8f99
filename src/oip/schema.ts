import { z } from "@hono/zod-openapi";
import { EXTENSIONS, INPUT, OUTPUT } from "./model.ts";

const tensor = z.object({
  name: z.string(),
  datatype: z.enum(["UINT8", "FP32"]),
  shape: z.array(z.int()),
});

/** `$metadata_server_response` of the protocol. */
export const serverDoc = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.enum(EXTENSIONS)),
}).openapi("OipServer");

/** `$metadata_model_response`. */
export const modelMetadataDoc = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
}).openapi("OipModel");

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** `$inference_request`, as this service takes it. */
export const inferRequestDoc = z.object({
  id: z.string().max(256).optional(),
  parameters: parameters.optional(),
  inputs: z.array(z.object({
    name: z.literal(INPUT),
    datatype: z.literal("UINT8"),
    shape: z.array(z.int().min(1)).min(4).max(4).openapi({
      description: "[n, height, width, 3] of the model's metadata",
    }),
    parameters: parameters.optional(),
    data: z.array(z.int().min(0).max(255)).optional().openapi({
      description: "RGB, 0 to 255, flat or nested as the shape; left out where bytes follow",
    }),
  })).min(1).max(1),
  outputs: z.array(z.object({ name: z.literal(OUTPUT), parameters: parameters.optional() }))
    .optional(),
}).openapi("OipInferRequest");

/** `$inference_response`. */
export const inferResponseDoc = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.object({
    name: z.literal(OUTPUT),
    datatype: z.literal("FP32"),
    shape: z.array(z.int()),
    data: z.array(z.number().min(0).max(1)),
  })),
}).openapi("OipInferResponse");

/** `$error_response` of the protocol. */
export const oipErrorDoc = z.object({ error: z.string() }).openapi("OipError");
