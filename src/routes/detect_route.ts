import { createRoute, z } from "@hono/zod-openapi";
import { detectQuery, optionMeanings } from "../search/options.ts";
import { formatNames, formats } from "../result/output/formats.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { describeQuery } from "../http/query_parameters.ts";
import { describeUploadBody, uploadProblems } from "../http/upload.ts";
import { researchUseOnly } from "../research_use.ts";

const detectionSchema = z.object({
  x: z.number().openapi({
    description: "Distance of the center from the left edge, in pixels",
    example: 412,
  }),
  y: z.number().openapi({
    description: "Distance of the center from the upper edge, in pixels",
    example: 88,
  }),
  probability: z.number().min(0).max(1).openapi({ example: 0.97 }),
  mitosis: z.boolean().openapi({
    description: "Whether the probability is at least the threshold",
  }),
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
      description: "Micrometers per pixel that the image file states; missing when it states none",
    }),
  }),
  threshold: z.number(),
  detections: z.array(detectionSchema).openapi({
    description: "The most probable detection first",
  }),
  truncated: z.literal(true).optional().openapi({
    description: "Present when there are more detections than are listed; `summary` counts all",
  }),
  listed: z.int().optional().openapi({ description: "With `truncated`: how many are listed" }),
  summary: z.object({ count: z.int(), areaMm2: z.number(), perMm2: z.number() }),
  warnings: z.array(z.object({
    code: z.enum(["scale_assumed", "scale_mismatch"]),
    message: z.string(),
  })).openapi({ description: "Facts that a person should check before using the result" }),
  note: z.string(),
}).openapi("FieldDetections");

/** The answer in the format `midog`. */
const midogSchema = z.object({
  type: z.literal("Multiple points"),
  points: z.array(z.object({
    name: z.string(),
    point: z.array(z.number()).length(3),
    probability: z.number().min(0).max(1),
  })),
  version: z.object({ major: z.int(), minor: z.int() }),
}).openapi("MidogPoints");

/** Reads the query: the options of a search, and the format of the answer. */
export const querySchema = detectQuery.extend({
  format: z.enum(formatNames).optional(),
});

const parameters = describeQuery(querySchema, {
  ...optionMeanings,
  format: `Format of the answer: ${formatNames.join(", ")}`,
});

const example: z.infer<typeof answerSchema> = {
  status: "ok",
  image: { width: 1024, height: 1024, mpp: 0.25, mppOrigin: "file", fileMpp: 0.25 },
  threshold: 0.5,
  detections: [{ x: 412, y: 88, probability: 0.97, mitosis: true }],
  summary: { count: 1, areaMm2: 0.06554, perMm2: 15.26 },
  warnings: [],
  note: researchUseOnly,
};

/** The accepted media types of a field. */
export const fieldTypes = ["image/png", "image/jpeg", "image/tiff"] as const;
const binary = { type: "string", format: "binary" } as const;

/** The OpenAPI description of `POST /model/detect`. */
export const detectRoute = createRoute({
  method: "post",
  path: "/model/detect",
  tags: ["model"],
  operationId: "detect",
  summary: "Find mitoses in a field of view",
  description:
    "Takes a PNG, JPEG or TIFF of any size up to the service's limit. Returns the positions of the " +
    "mitoses, in pixels of the image, and their number per square millimeter. A client that accepts " +
    "`text/event-stream` gets events named `progress` during the search, and at the end one named " +
    `\`result\` or \`error\`. ${researchUseOnly}`,
  parameters,
  request: {
    body: describeUploadBody("One field, as a form or as the body.", "one", ...fieldTypes),
  },
  responses: {
    200: {
      description: "The detections and their summary, in the requested format",
      content: {
        [formats.json.mediaType]: { schema: z.union([answerSchema, midogSchema]), example },
        [formats.geojson.mediaType]: { schema: { type: "object" } },
        [formats.csv.mediaType]: { schema: { type: "string" } },
        [formats.overlay.mediaType]: { schema: binary },
        "text/event-stream": { schema: { type: "string" } },
      },
    },
    ...describeProblems(
      "image_bomb",
      "image_too_large",
      "image_too_complex",
      "too_many_detections",
      ...uploadProblems,
    ),
  },
});
