import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import { admissionControl } from "../http/admission_control.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { requireMediaType } from "../http/require_media_type.ts";
import { EXTENSIONS, inputMetadata, OUTPUT_METADATA } from "../oip/metadata.ts";
import { readInferRequest } from "../oip/request.ts";
import { binaryInferResponse, inferResponse } from "../oip/response.ts";
import { scorePixels } from "../patch/score_pixels.ts";
import { version as programVersion } from "../version.ts";
import {
  describeInfer,
  describeMetadata,
  describeReady,
  modelPaths,
  serverRoute,
} from "./oip_description.ts";

/** Maximum size of the JSON, in bytes. Parsing blocks other requests. Binary tensors may be larger. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
/** The request header that gives the size of the JSON when a binary tensor follows it. */
const JSON_LENGTH_HEADER = "inference-header-content-length";

/** Creates the routes of the Open Inference Protocol v2, with the binary tensor data extension. */
export function oipRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.openapi(serverRoute, (c) => {
    return c.json({
      name: "mitosis-detector",
      version: programVersion,
      extensions: [...EXTENSIONS],
    }, 200);
  });
  for (const path of modelPaths) {
    app.openAPIRegistry.registerPath(describeMetadata(path));
    app.get(path.honoBase, (c) => {
      const { manifest } = requestedModel(deps, c.req.param());
      return c.json({
        name: manifest.id,
        versions: [manifest.version],
        platform: "onnx_onnxruntime",
        inputs: [inputMetadata(manifest)],
        outputs: [OUTPUT_METADATA],
      });
    });
    app.openAPIRegistry.registerPath(describeReady(path));
    app.get(`${path.honoBase}/ready`, (c) => {
      const { manifest } = requestedModel(deps, c.req.param());
      if (deps.state() !== "ready") {
        throw new Problem(
          "stopping",
          "The service is stopping; for a short time it still accepts requests.",
        );
      }
      return c.json({ name: manifest.id, ready: true });
    });
    app.openAPIRegistry.registerPath(describeInfer(path));
    app.post(
      `${path.honoBase}/infer`,
      skipWithoutContentType(requireMediaType("application/json", "application/octet-stream")),
      admissionControl(deps),
      async (c) => {
        const { manifest } = requestedModel(deps, c.req.param());
        const [work, record] = [c.get("work"), c.get("record")];
        const jsonLength = c.req.header(JSON_LENGTH_HEADER);
        checkJsonLength(jsonLength === undefined ? work.body.length : Number(jsonLength));
        const { maxImages } = deps.config;
        const inference = readInferRequest(
          work.body,
          jsonLength,
          inputMetadata(manifest),
          maxImages,
        );
        work.setImageCount(inference.count);
        record.probabilities = await scorePixels(requireClassifier(deps), inference.pixels, work);
        const { id: model, version } = manifest;
        const { id } = inference;
        const result = { model, version, id, probabilities: record.probabilities };
        if (!inference.binaryOutput) return c.json(inferResponse(result));
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

/** Skips a check when the request has no Content-Type, because Triton's client sends none. */
function skipWithoutContentType(check: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("content-type") === undefined) await next();
    else return await check(c, next);
  };
}

/**
 * Returns the model when the path names it.
 *
 * @throws {Problem} `model_unknown`, `not_ready` or `stopping`.
 */
function requestedModel(deps: AppDeps, params: Readonly<Record<string, string>>) {
  const { bundle } = requireClassifier(deps);
  const { id, version } = bundle.manifest;
  const { model = id, version: requestedVersion = version } = params;
  if (model === id && requestedVersion === version) return bundle;
  const received = `'${model.slice(0, 80)}', version '${requestedVersion.slice(0, 40)}'`;
  throw new Problem(
    "model_unknown",
    `There is no model ${received}; this service has '${id}', version '${version}'.`,
  );
}

function checkJsonLength(length: number): void {
  if (!(length > MAX_JSON_BYTES)) return;
  throw new Problem(
    "body_too_large",
    `The JSON has ${length} bytes; at most ${MAX_JSON_BYTES} are accepted. Send the tensor as bytes ` +
      "after the JSON (binary tensor data extension).",
  );
}
