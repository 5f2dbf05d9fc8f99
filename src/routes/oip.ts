import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import { admit } from "../http/admit.ts";
import { type AppDeps, type AppEnv, readyClassifier } from "../http/deps.ts";
import { admissionProblems, oipProblemResponses } from "../http/problem_schema.ts";
import { onlyTypes } from "../http/upload.ts";
import { EXTENSIONS, inputMetadata, OUTPUT_METADATA } from "../oip/metadata.ts";
import { readInferRequest } from "../oip/request.ts";
import { binaryInferResponse, inferResponse } from "../oip/response.ts";
import { inferRequestDoc, inferResponseDoc, modelMetadataDoc, serverDoc } from "../oip/schema.ts";
import { scorePixels } from "../patch/score_pixels.ts";
import { version as programVersion } from "../version.ts";

/** Reading more JSON than this would hold up other requests; bytes behind the JSON have no such bound. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
const JSON_LENGTH = "inference-header-content-length";

const server = createRoute({
  method: "get",
  path: "/v2",
  tags: ["open inference protocol"],
  operationId: "serverMetadata",
  summary: "Describe the server",
  responses: {
    200: {
      description: "Name, version, extensions",
      content: { "application/json": { schema: serverDoc } },
    },
  },
});

const modelName = z.string().openapi({ param: { name: "model", in: "path" } });
const modelVersion = z.string().openapi({ param: { name: "version", in: "path" } });
const named = { params: z.object({ model: modelName }) };
const versioned = { params: z.object({ model: modelName, version: modelVersion }) };

/** With and without a version, since the protocol has both. */
const forms = [
  { base: "/v2/models/{model}", honoBase: "/v2/models/:model", suffix: "", request: named },
  {
    base: "/v2/models/{model}/versions/{version}",
    honoBase: "/v2/models/:model/versions/:version",
    suffix: "OfVersion",
    request: versioned,
  },
] as const;

/** The Open Inference Protocol, version 2, over HTTP, with the binary tensor data extension. */
export function oipRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.openapi(server, (c) => {
    return c.json({
      name: "mitosis-detector",
      version: programVersion,
      extensions: [...EXTENSIONS],
    }, 200);
  });
  for (const form of forms) {
    app.openAPIRegistry.registerPath(describeMetadata(form));
    app.get(form.honoBase, (c) => {
      const { manifest } = modelAsked(deps, c.req.param());
      return c.json({
        name: manifest.id,
        versions: [manifest.version],
        platform: "onnx_onnxruntime",
        inputs: [inputMetadata(manifest)],
        outputs: [OUTPUT_METADATA],
      });
    });
    app.openAPIRegistry.registerPath(describeReady(form));
    app.get(`${form.honoBase}/ready`, (c) => {
      const { manifest } = modelAsked(deps, c.req.param());
      if (deps.state() !== "ready") throw new Problem("stopping", "The service is stopping.");
      return c.json({ name: manifest.id, ready: true });
    });
    app.openAPIRegistry.registerPath(describeInfer(form));
    app.post(
      `${form.honoBase}/infer`,
      unlessNone(onlyTypes("application/json", "application/octet-stream")),
      admit(deps),
      async (c) => {
        const { manifest } = modelAsked(deps, c.req.param());
        const [work, record] = [c.get("work"), c.get("record")];
        const jsonLength = c.req.header(JSON_LENGTH);
        checkJsonLength(jsonLength === undefined ? work.body.length : Number(jsonLength));
        const { maxImages } = deps.config;
        const asked = readInferRequest(work.body, jsonLength, inputMetadata(manifest), maxImages);
        work.expect(asked.count);
        record.probabilities = await scorePixels(readyClassifier(deps), asked.pixels, work);
        const { id: model, version } = manifest;
        const { id } = asked;
        const result = { model, version, id, probabilities: record.probabilities };
        if (!asked.binaryOutput) return c.json(inferResponse(result));
        const { body, jsonLength: length } = binaryInferResponse(result);
        return c.body(body, 200, {
          "Content-Type": "application/octet-stream",
          "Inference-Header-Content-Length": String(length),
        });
      },
    );
  }
  return app;
}

/** Triton's client sends no Content-Type. */
function unlessNone(check: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("content-type") === undefined) await next();
    else return await check(c, next);
  };
}

/**
 * The model that the address names.
 *
 * @throws {Problem} `model_unknown`, `not_ready` or `stopping`.
 */
function modelAsked(deps: AppDeps, asked: Readonly<Record<string, string>>) {
  const { bundle } = readyClassifier(deps);
  const { id, version } = bundle.manifest;
  const { model = id, version: askedVersion = version } = asked;
  if (model === id && askedVersion === version) return bundle;
  throw new Problem(
    "model_unknown",
    `There is no model '${model.slice(0, 80)}', version '${
      askedVersion.slice(0, 40)
    }', here; this ` +
      `service has '${id}', version '${version}'.`,
  );
}

function checkJsonLength(length: number): void {
  if (!(length > MAX_JSON_BYTES)) return;
  throw new Problem(
    "body_too_large",
    `The JSON has ${length} bytes, of ${MAX_JSON_BYTES} at most; send the tensor as bytes (binary ` +
      "tensor data extension).",
  );
}

type Form = (typeof forms)[number];

function describeMetadata({ base, suffix, request }: Form) {
  return createRoute({
    method: "get",
    path: base,
    tags: ["open inference protocol"],
    operationId: `modelMetadata${suffix}`,
    summary: "Describe a model's tensors",
    request,
    responses: {
      200: {
        description: "Its input and output",
        content: { "application/json": { schema: modelMetadataDoc } },
      },
      ...oipProblemResponses("model_unknown", "key_missing", "key_unknown", "not_ready"),
    },
  });
}

function describeReady({ base, suffix, request }: Form) {
  return createRoute({
    method: "get",
    path: `${base}/ready`,
    tags: ["open inference protocol"],
    operationId: `modelReady${suffix}`,
    summary: "Tell whether a model can be asked",
    request,
    responses: {
      200: {
        description: "It can",
        content: {
          "application/json": { schema: z.object({ name: z.string(), ready: z.literal(true) }) },
        },
      },
      ...oipProblemResponses(
        "model_unknown",
        "key_missing",
        "key_unknown",
        "not_ready",
        "stopping",
      ),
    },
  });
}

function describeInfer({ base, suffix, request }: Form) {
  return createRoute({
    method: "post",
    path: `${base}/infer`,
    tags: ["open inference protocol"],
    operationId: `infer${suffix}`,
    summary: "Score patches given as a tensor of pixels",
    request: {
      ...request,
      body: { required: true, content: { "application/json": { schema: inferRequestDoc } } },
    },
    responses: {
      200: {
        description: "The probabilities, as JSON or, when asked for, as bytes behind it",
        content: { "application/json": { schema: inferResponseDoc } },
      },
      ...oipProblemResponses(
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
