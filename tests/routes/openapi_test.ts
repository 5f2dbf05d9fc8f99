import { deepEqual, equal, ok } from "node:assert/strict";
import { startService } from "../service.ts";

Deno.test("swagger.json describes the two routes of IBM's service", async () => {
  await using service = await startService();
  const response = await service.request("/swagger.json");
  equal(response.headers.get("content-type"), "application/json");
  const swagger = await response.json();
  equal(swagger.swagger, "2.0");
  equal(swagger.info.title, "MAX Breast Cancer Mitosis Detector");
  deepEqual(Object.keys(swagger.paths).sort(), ["/model/metadata", "/model/predict"]);
  deepEqual(swagger.paths["/model/predict"].post.parameters[0].type, "file");
});

Deno.test("openapi.json describes the predict route with its problems and examples", async () => {
  await using service = await startService();
  const document = await (await service.request("/openapi.json")).json();
  equal(document.openapi, "3.1.0");
  const { post } = document.paths["/model/predict"];
  deepEqual(Object.keys(post.requestBody.content), ["multipart/form-data", "image/png"]);
  const examples = post.responses[400].content["application/json"].examples;
  ok("image_wrong_size" in examples && "image_unsupported" in examples);
  ok("application/problem+json" in post.responses[413].content);
});

Deno.test("openapi.json has the types and bounds of the query parameters of detect", async () => {
  await using service = await startService();
  const document = await (await service.request("/openapi.json")).json();
  const { parameters } = document.paths["/model/detect"].post;
  const schemas = Object.fromEntries(
    parameters.map((p: { name: string; schema: unknown }) => [p.name, p.schema]),
  );
  deepEqual(schemas, {
    threshold: { type: "number", minimum: 0, maximum: 1 },
    mpp: { type: "number", minimum: 0.05, maximum: 2 },
    tta: { type: "string", enum: ["1", "8"] },
    suppression: { type: "number", minimum: 0, maximum: 1000 },
    keep: { type: "boolean" },
    exact: { type: "boolean" },
    stride: { type: "integer", minimum: 1, maximum: 64 },
    format: {
      type: "string",
      enum: ["json", "csv", "geojson", "midog", "overlay", "heatmap"],
    },
  });
});
