import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { Problem } from "../errors.ts";
import { detectMitoses, type DetectProgress, openField } from "../field/detect.ts";
import type { OpenField } from "../field/field_access.ts";
import { detectQuery, optionMeanings } from "../field/options.ts";
import { formatNames, formats } from "../field/output/formats.ts";
import { toJson } from "../field/output/json.ts";
import type { FieldResult } from "../field/result.ts";
import { settleOptions } from "../field/settle_options.ts";
import { type AppDeps, type AppEnv, readyClassifier } from "../http/deps.ts";
import { problemOf } from "../http/problem_response.ts";
import { admissionProblems, problemResponses } from "../http/problem_schema.ts";
import { imageUpload, refuseForm, uploadedImages, uploadForm } from "../http/upload.ts";

const detectionSchema = z.object({
  x: z.number().openapi({ description: "Pixels from the left edge", example: 412 }),
  y: z.number().openapi({ description: "Pixels from the upper edge", example: 88 }),
  probability: z.number().min(0).max(1).openapi({ example: 0.97 }),
  mitosis: z.boolean().openapi({ description: "Whether the probability reaches the threshold" }),
}).openapi("Detection");

const answerSchema = z.object({
  status: z.literal("ok"),
  image: z.object({
    width: z.int(),
    height: z.int(),
    mpp: z.number().openapi({ description: "Micrometres per pixel" }),
  }),
  threshold: z.number(),
  detections: z.array(detectionSchema).openapi({ description: "From the most probable on" }),
  summary: z.object({ count: z.int(), areaMm2: z.number(), perMm2: z.number() }),
  note: z.string(),
}).openapi("Detections");

/** MIDOG's JSON goes by the same media type. */
const midogSchema = z.object({
  type: z.literal("Multiple points"),
  points: z.array(z.object({
    name: z.string(),
    point: z.array(z.number()).length(3),
    probability: z.number().min(0).max(1),
  })),
  version: z.object({ major: z.int(), minor: z.int() }),
}).openapi("MidogPoints");

const querySchema = detectQuery.extend({
  format: z.enum(formatNames).optional().openapi({ description: "How the answer is written" }),
});

const parameters = [
  ...Object.entries(optionMeanings).map(([name, description]) => ({ name, description })),
  { name: "format", description: `How the answer is written: ${formatNames.join(", ")}` },
].map(({ name, description }) => ({
  name,
  in: "query" as const,
  required: false,
  description,
  schema: parameterSchema(name),
}));

const example: z.infer<typeof answerSchema> = {
  status: "ok",
  image: { width: 1024, height: 1024, mpp: 0.25 },
  threshold: 0.5,
  detections: [{ x: 412, y: 88, probability: 0.97, mitosis: true }],
  summary: { count: 1, areaMm2: 0.06554, perMm2: 15.26 },
  note: "For research only; no diagnosis.",
};

const rawTypes = ["image/png", "image/jpeg", "image/tiff"] as const;
const binary = { type: "string", format: "binary" } as const;

const route = createRoute({
  method: "post",
  path: "/model/detect",
  tags: ["model"],
  operationId: "detect",
  summary: "Find mitoses in a field of view",
  description:
    "Takes a PNG, JPEG or TIFF of any size up to the service's limit and answers where mitoses are, in " +
    "the image's own pixels, and how many per square millimetre. A client that accepts " +
    "`text/event-stream` is sent events named `progress` while the search goes on, then one named " +
    "`result` or `error`. For research only; no diagnosis.",
  parameters,
  request: {
    body: {
      required: false,
      description: "One field as a form, or its bytes as the body.",
      content: {
        "multipart/form-data": { schema: uploadForm },
        ...Object.fromEntries(rawTypes.map((type) => [type, { schema: binary }])),
      },
    },
  },
  responses: {
    200: {
      description: "What was found, in the format that was asked for",
      content: {
        "application/json": { schema: z.union([answerSchema, midogSchema]), example },
        "application/geo+json": { schema: { type: "object" } },
        "text/csv": { schema: { type: "string" } },
        "image/png": { schema: binary },
        "text/event-stream": { schema: { type: "string" } },
      },
    },
    ...problemResponses(
      "image_missing",
      "image_empty",
      "image_unsupported",
      "image_too_large",
      "image_truncated",
      "image_corrupt",
      "image_bomb",
      "too_many_images",
      "form_malformed",
      "form_unknown_field",
      "body_too_large",
      "media_type_unsupported",
      "request_invalid",
      ...admissionProblems,
    ),
  },
});

/** `POST /model/detect`: mitoses in a whole field. */
export function detectRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const config = { ...deps.config, requestTimeoutMs: deps.config.fieldTimeoutMs };
  const guarded = { ...route, middleware: imageUpload({ ...deps, config }, ...rawTypes) };
  return new OpenAPIHono<AppEnv>().openapi(guarded, async (c) => {
    const query = readQuery(c);
    const [bytes, ...more] = uploadedImages(c);
    if (bytes === undefined || more.length > 0) {
      throw new Problem(
        "too_many_images",
        `The form has ${more.length + 1} images; send one field in one request.`,
      );
    }
    const { format = "json" } = query;
    const opened = await open(c, deps, bytes, query);
    if (wantsEvents(c)) return streamEvents(c, deps, opened);
    try {
      const result = await opened.search();
      if (format === "json") return c.json(toJson(result), 200);
      const written = await formats[format].write(result, opened.field);
      return c.body(new Uint8Array(written), 200, { "content-type": formats[format].mediaType });
    } finally {
      opened.field.close();
    }
  }, (result, c) => {
    if (result.success) return undefined;
    throw refuseForm(result.error, c);
  });
}

type Query = z.infer<typeof querySchema>;

function readQuery(c: Context<AppEnv>): Query {
  const read = querySchema.safeParse(c.req.query());
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.code === "unrecognized_keys"
    ? "The query has parameters that do not exist"
    : `The query parameter '${issue?.path.join(".")}' is not valid`;
  throw new Problem(
    "request_invalid",
    `${where}: ${issue?.message}. There are ${Object.keys(querySchema.shape).join(", ")}.`,
  );
}

/** A field that was opened for a request, and how it is to be searched. */
interface Opened {
  readonly field: OpenField;
  readonly search: (onProgress?: (progress: DetectProgress) => void) => Promise<FieldResult>;
}

async function open(
  c: Context<AppEnv>,
  deps: AppDeps,
  bytes: Uint8Array,
  query: Query,
): Promise<Opened> {
  const classifier = readyClassifier(deps);
  const options = settleOptions(query, classifier.bundle.manifest);
  const { signal, owner, onStage } = c.var.work;
  const most = deps.config.maxMegapixels * 1e6;
  const field = await openField(deps.openField, classifier, bytes, most, options.mpp, signal);
  return {
    field,
    async search(onProgress) {
      const result = await detectMitoses(classifier, field, options, {
        signal,
        ...(owner === undefined ? {} : { owner }),
        ...(onStage === undefined ? {} : { onStage }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      c.var.record.probabilities = result.detections.map(({ probability }) => probability);
      return result;
    },
  };
}

function wantsEvents(c: Context<AppEnv>): boolean {
  return c.req.header("accept")?.includes("text/event-stream") ?? false;
}

/** At most one progress event in this many milliseconds, unless more was found. */
const EVENT_EVERY = 100;

/** Searches while it answers; the request counts as under way until the last event is sent. */
function streamEvents(c: Context<AppEnv>, deps: AppDeps, { field, search }: Opened): Response {
  const ended = Promise.withResolvers<void>();
  c.var.work.until(ended.promise);
  return streamSSE(c, async (stream) => {
    let last = 0;
    let known = 0;
    const send = (event: string, data: unknown) =>
      stream.writeSSE({ event, data: JSON.stringify(data) });
    stream.onAbort(() => field.close());
    try {
      const result = await search(({ done, detections }) => {
        const now = performance.now();
        if (now - last < EVENT_EVERY && detections.length === known) return;
        [last, known] = [now, detections.length];
        send("progress", { done, detections });
      });
      await send("result", toJson(result));
    } catch (thrown) {
      const { code, message } = problemOf(thrown);
      if (code === "internal" && !stream.aborted) deps.reportError(thrown, c.var.requestId);
      await send("error", { status: "error", code, message, requestId: c.var.requestId });
    } finally {
      field.close();
      ended.resolve();
    }
  });
}

/** The schema of a query parameter as it is typed. */
function parameterSchema(name: string) {
  switch (name) {
    case "keep":
    case "exact":
      return { type: "boolean" as const };
    case "tta":
      return { type: "string" as const, enum: ["1", "8"] };
    case "stride":
      return { type: "integer" as const, minimum: 1, maximum: 64 };
    case "threshold":
      return { type: "number" as const, minimum: 0, maximum: 1 };
    case "mpp":
      return { type: "number" as const, minimum: 0.05, maximum: 2 };
    case "suppression":
      return { type: "number" as const, minimum: 0, maximum: 1000 };
    default:
      return { type: "string" as const, enum: [...formatNames] };
  }
}
