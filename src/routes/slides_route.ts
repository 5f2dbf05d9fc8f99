import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../errors.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { slideProblems } from "../http/require_slides.ts";
import { SLIDE_ID } from "../slide_folder/slide_entry.ts";
import { searchStates } from "../slide_jobs/search_state.ts";

/** The id of a slide in a path. */
export const slideParam = z.object({
  id: z.string().openapi({
    param: { name: "id", in: "path" },
    description: "Id of the slide: 24 hexadecimal digits",
    example: "0d00a814458d2f5f1add2dde",
  }),
});

const codes = Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]];

const id = z.string().regex(SLIDE_ID);
const bytes = z.int().openapi({ description: "Size of its files together" });
const mpp = z.number().optional().openapi({
  description: "Micrometers per pixel that the file states; missing when it states none",
});

const listedSchema = z.union([
  z.object({ id, bytes, width: z.int(), height: z.int(), mpp, format: z.string() }),
  z.object({ id, bytes, problem: z.object({ code: z.enum(codes), message: z.string() }) }),
]).openapi("ListedSlide");

/** The answer of `GET /slides`. */
export const slidesSchema = z.object({
  status: z.literal("ok"),
  slides: z.array(listedSchema),
  total: z.int().openapi({ description: "The number of slides in the folder" }),
  next: z.string().optional().openapi({
    description: "The value of `after` with which the list goes on; missing at its end",
  }),
}).openapi("Slides");

/** The answer of `GET /slides/{id}`. */
export const slideSchema = z.object({
  status: z.literal("ok"),
  id,
  bytes,
  width: z.int(),
  height: z.int(),
  mpp,
  mppOrigin: z.literal("file").optional().openapi({ description: "Present where `mpp` is" }),
  format: z.string(),
  levels: z.array(z.object({
    width: z.int(),
    height: z.int(),
    downsample: z.number().openapi({ description: "Pixels at full resolution per pixel" }),
    tileWidth: z.int(),
    tileHeight: z.int(),
  })),
  iiif: z.string().openapi({
    description: "Path of the IIIF Image API 3 description, which viewers open",
  }),
  search: z.object({
    id: z.string(),
    state: z.enum(searchStates),
    url: z.string(),
  }).optional().openapi({ description: "The search of this slide that was started last" }),
}).openapi("Slide");

const MAX_LISTED_SLIDES = 200;

/** Reads the query of `GET /slides`. */
export const slidesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_LISTED_SLIDES).default(50).openapi({
    description: "Maximum number of slides in the answer",
  }),
  after: id.optional().openapi({ description: "The id after which the list begins" }),
});

/** The OpenAPI description of `GET /slides`. */
export const slidesRoute = createRoute({
  method: "get",
  path: "/slides",
  tags: ["slides"],
  operationId: "listSlides",
  summary: "List the slides of the folder",
  description:
    "Lists the slides of the folder that the operator has named, in the order of their paths, which are " +
    "not told. A slide that cannot be read is listed with its problem.",
  request: { query: slidesQuery },
  responses: {
    200: {
      description: "The slides",
      content: { "application/json": { schema: slidesSchema } },
    },
    ...describeProblems(...slideProblems),
  },
});

/** The problems of a slide that cannot be opened. */
export const openProblems = [
  "image_unsupported",
  "image_corrupt",
  "image_truncated",
  "image_empty",
  "image_bomb",
  "image_too_complex",
  "slide_not_allowed",
  "slide_changed",
  "overloaded",
] as const;

/** The OpenAPI description of `GET /slides/{id}`. */
export const slideRoute = createRoute({
  method: "get",
  path: "/slides/{id}",
  tags: ["slides"],
  operationId: "slide",
  summary: "Return the facts about a slide",
  request: { params: slideParam },
  responses: {
    200: { description: "The facts", content: { "application/json": { schema: slideSchema } } },
    ...describeProblems(...slideProblems, ...openProblems),
  },
});
