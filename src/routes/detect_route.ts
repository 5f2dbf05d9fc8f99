import { createRoute, z } from "@hono/zod-openapi";
import { detectQuery, optionMeanings } from "../search/options.ts";
import { formatNames, formats } from "../result/output/formats.ts";
import { problemResponses } from "../http/problem_schema.ts";
import { uploadBody, uploadProblems } from "../http/upload.ts";

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
    mpp: z.number().openapi({
      description: "Micrometers per pixel at which the field was searched",
    }),
    mppOrigin: z.enum(["file", "request", "assumed"]).openapi({
      description: "Where `mpp` comes from: the image file, the request, or the model's resolution",
    }),
    fileMpp: z.number().optional().openapi({
      description: "Micrometers per pixel that the file states, where it does",
    }),
  }),
  threshold: z.number(),
  detections: z.array(detectionSchema).openapi({ description: "From the most probable on" }),
  summary: z.object({ count: z.int(), areaMm2: z.number(), perMm2: z.number() }),
  warnings: z.array(z.object({
    code: z.enum(["scale_assumed", "scale_mismatch"]),
    message: z.string(),
  })).openapi({ description: "What a person should check" }),
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

/** What the query may say. */
export const querySchema = detectQuery.extend({
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
  image: { width: 1024, height: 1024, mpp: 0.25, mppOrigin: "file", fileMpp: 0.25 },
  threshold: 0.5,
  detections: [{ x: 412, y: 88, probability: 0.97, mitosis: true }],
  summary: { count: 1, areaMm2: 0.06554, perMm2: 15.26 },
  warnings: [],
  note: "For research only; no diagnosis.",
};

/** Media types of a field as the body. */
export const fieldTypes = ["image/png", "image/jpeg", "image/tiff"] as const;
const binary = { type: "string", format: "binary" } as const;

/** `POST /model/detect`, as the OpenAPI document has it. */
export const detectRoute = createRoute({
  method: "post",
  path: "/model/detect",
  tags: ["model"],
  operationId: "detect",
  summary: "Find mitoses in a field of view",
  description:
    "Takes a PNG, JPEG or TIFF of any size up to the service's limit and answers where mitoses are, in " +
    "the image's own pixels, and how many per square millimeter. A client that accepts " +
    "`text/event-stream` is sent events named `progress` while the search goes on, then one named " +
    "`result` or `error`. For research only; no diagnosis.",
  parameters,
  request: {
    body: uploadBody("One field as a form, or its bytes as the body.", "one", ...fieldTypes),
  },
  responses: {
    200: {
      description: "What was found, in the format that was asked for",
      content: {
        [formats.json.mediaType]: { schema: z.union([answerSchema, midogSchema]), example },
        [formats.geojson.mediaType]: { schema: { type: "object" } },
        [formats.csv.mediaType]: { schema: { type: "string" } },
        [formats.overlay.mediaType]: { schema: binary },
        "text/event-stream": { schema: { type: "string" } },
      },
    },
    ...problemResponses("image_bomb", "image_too_large", ...uploadProblems),
  },
});

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
