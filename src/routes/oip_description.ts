/**
 * The OpenAPI descriptions of the routes in `oip.ts`.
 *
 * @module
 */
import { createRoute, z } from "@hono/zod-openapi";
import { admissionProblems, describeOipProblems } from "../http/problem_schema.ts";
import { inferRequestDoc, inferResponseDoc, modelMetadataDoc, serverDoc } from "../oip/schema.ts";

/** Describes `GET /v2`. */
export const serverRoute = createRoute({
  method: "get",
  path: "/v2",
  tags: ["open inference protocol"],
  operationId: "serverMetadata",
  summary: "Describe the server",
  description:
    "Returns the server's name and version, and the extensions of the protocol that it has.",
  responses: {
    200: {
      description: "Name, version and protocol extensions",
      content: { "application/json": { schema: serverDoc } },
    },
    ...describeOipProblems("host_not_allowed", "key_missing", "key_unknown"),
  },
});

const modelName = z.string().openapi({ param: { name: "model", in: "path" } });
const modelVersion = z.string().openapi({ param: { name: "version", in: "path" } });
const modelParams = { params: z.object({ model: modelName }) };
const versionParams = { params: z.object({ model: modelName, version: modelVersion }) };

/** The two paths of each model route: without and with a version. */
export const modelPaths = [
  { base: "/v2/models/{model}", honoBase: "/v2/models/:model", suffix: "", request: modelParams },
  {
    base: "/v2/models/{model}/versions/{version}",
    honoBase: "/v2/models/:model/versions/:version",
    suffix: "OfVersion",
    request: versionParams,
  },
] as const;

type ModelPath = (typeof modelPaths)[number];

/** Describes `GET /v2/models/{model}`: the tensors of the model. */
export function describeMetadata({ base, suffix, request }: ModelPath) {
  return createRoute({
    method: "get",
    path: base,
    tags: ["open inference protocol"],
    operationId: `modelMetadata${suffix}`,
    summary: "Describe the input and output tensors of a model",
    description: "Returns the name, datatype and shape of each tensor; -1 stands for the batch.",
    request,
    responses: {
      200: {
        description: "The input and output tensors",
        content: { "application/json": { schema: modelMetadataDoc } },
      },
      ...describeOipProblems("model_unknown", "key_missing", "key_unknown", "not_ready"),
    },
  });
}

/** Describes `GET /v2/models/{model}/ready`. */
export function describeReady({ base, suffix, request }: ModelPath) {
  return createRoute({
    method: "get",
    path: `${base}/ready`,
    tags: ["open inference protocol"],
    operationId: `modelReady${suffix}`,
    summary: "Check whether a model is ready for requests",
    description: "A model is ready when it is loaded and warmed up and has passed its self-test.",
    request,
    responses: {
      200: {
        description: "The model is ready",
        content: {
          "application/json": { schema: z.object({ name: z.string(), ready: z.literal(true) }) },
        },
      },
      ...describeOipProblems(
        "model_unknown",
        "key_missing",
        "key_unknown",
        "not_ready",
        "stopping",
      ),
    },
  });
}

/** Describes `POST /v2/models/{model}/infer`. */
export function describeInfer({ base, suffix, request }: ModelPath) {
  return createRoute({
    method: "post",
    path: `${base}/infer`,
    tags: ["open inference protocol"],
    operationId: `infer${suffix}`,
    summary: "Score patches given as a tensor of pixels",
    description:
      "Takes RGB patches as a uint8 tensor [n, height, width, 3], as JSON numbers or as bytes " +
      "after the JSON. Returns the probability that each patch shows a mitosis.",
    request: {
      ...request,
      body: { required: true, content: { "application/json": { schema: inferRequestDoc } } },
    },
    responses: {
      200: {
        description: "The probabilities, as JSON or, on request, as bytes after the JSON",
        content: { "application/json": { schema: inferResponseDoc } },
      },
      ...describeOipProblems(
        "request_invalid",
        "too_many_images",
        "model_unknown",
        "body_too_large",
        "media_type_unsupported",
        ...admissionProblems,
      ),
    },
  });
}
