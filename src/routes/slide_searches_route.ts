import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../errors.ts";
import { admissionProblems, describeProblems } from "../http/problem_schema.ts";
import { describeQuery } from "../http/query_parameters.ts";
import { slideProblems } from "../http/require_slides.ts";
import { researchUseOnly } from "../research_use.ts";
import { countQuery } from "../result/slide/count_options.ts";
import { detectQuery, optionMeanings } from "../search/options.ts";
import { resultFormatNames, resultFormats } from "../slide_jobs/result_formats.ts";
import { searchStates } from "../slide_jobs/search_state.ts";
import { openProblems, slideParam } from "./slides_route.ts";

const searchParam = slideParam.extend({
  search: z.string().openapi({
    param: { name: "search", in: "path" },
    description: "Id of the search",
    example: "5c1f7ab0e2d94a6c8b3f0d11",
  }),
});

const codes = Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]];

/** What each option means, for the API's description; those of the region and of `tta` are described below. */
const meanings: Readonly<Record<string, string>> = {
  threshold: optionMeanings.threshold,
  mpp: "Micrometers per pixel of the slide, 0.05 to 2; default: what the file states",
  suppression: optionMeanings.suppression,
  hotspotMm2: "Area of the hotspot, 0.1 to 20; default 2",
  hpfDiameter:
    "Diameter of a high-power field in millimeters, 0.2 to 1; the hotspot then has the area of " +
    "hpf fields",
  hpf: "Number of high-power fields, 1 to 100; default 10",
  score:
    "Convention of the mitotic score: cap, tupac or hpf; default hpf with hpfDiameter, else cap",
};

/** Describes the body of a request for a search, which `slide_jobs/search_request.ts` reads. */
const bodySchema = {
  type: "object" as const,
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(
      describeQuery(detectQuery.extend(countQuery.shape), meanings)
        .map(({ name, description, schema }) => [name, { ...schema, description }]),
    ),
    tta: { type: "integer" as const, enum: [1, 8], description: optionMeanings.tta },
    region: {
      type: "object" as const,
      description: "GeoJSON with the areas to search, as QuPath exports them; default: all tissue",
    },
  },
};

const areaCount = {
  count: z.int(),
  areaMm2: z.number(),
  perMm2: z.number(),
  countInterval: z.array(z.number()).length(2).openapi({
    description: "Exact 95 % Poisson interval of the count",
  }),
};

const resultSchema = z.object({
  summary: z.object(areaCount).openapi({ description: "Mitoses in all tissue" }),
  hotspots: z.array(z.object({
    x: z.number(),
    y: z.number(),
    radius: z.number(),
    ...areaCount,
    tissueShare: z.number(),
    perMm2OfTissue: z.number(),
  })).openapi({ description: "The circle with the most mitoses, and up to two runners-up" }),
  score: z.looseObject({
    convention: z.enum(["cap", "tupac", "hpf"]),
    name: z.string(),
    score: z.int().min(1).max(3),
    value: z.number(),
    text: z.string(),
  }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  coverage: z.string().openapi({ description: "What the count covers" }),
  note: z.string(),
}).openapi("SlideSearchResult");

/** The answer of the routes of a search. */
export const searchSchema = z.object({
  status: z.literal("ok"),
  id: z.string(),
  slide: z.string(),
  state: z.enum(searchStates),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  progress: z.object({
    done: z.number().min(0).max(1),
    tilesDone: z.int(),
    tiles: z.int(),
  }).optional().openapi({ description: "Missing until the tissue is found" }),
  problem: z.object({ code: z.enum(codes), message: z.string() }).optional().openapi({
    description: "Why the search failed",
  }),
  result: resultSchema.optional().openapi({ description: "Present when the state is `done`" }),
  files: z.partialRecord(z.enum(resultFormatNames), z.string()).optional().openapi({
    description: "Paths of the files of the result, when the state is `done`",
  }),
}).openapi("SlideSearch");

const content = { "application/json": { schema: searchSchema } };

const searchProblems = [
  ...slideProblems,
  "slide_searches_disabled",
  "search_unknown",
  "results_unavailable",
] as const;

/** The OpenAPI description of `POST /slides/{id}/searches`. */
export const createSearchRoute = createRoute({
  method: "post",
  path: "/slides/{id}/searches",
  tags: ["slides"],
  operationId: "searchSlide",
  summary: "Search a slide for mitoses",
  description:
    "Starts a search and answers at once. The same slide, options and model give the same search: one " +
    "that runs or is done is returned, and one that failed or was cancelled goes on. Searches survive a " +
    `restart of the service. ${researchUseOnly}`,
  request: {
    params: slideParam,
    body: {
      required: false,
      description: "The options; without a body, all have their defaults",
      content: { "application/json": { schema: bodySchema } },
    },
  },
  responses: {
    202: {
      description: "The search; `Location` is its path",
      headers: { Location: { description: "Path of the search", schema: { type: "string" } } },
      content,
    },
    ...describeProblems(
      ...new Set([
        ...searchProblems,
        ...openProblems,
        ...admissionProblems,
        "media_type_unsupported" as const,
        "body_too_large" as const,
        "region_invalid" as const,
        "scale_missing" as const,
        "results_full" as const,
      ]),
    ),
  },
});

/** The OpenAPI description of `GET /slides/{id}/searches/{search}`. */
export const searchRoute = createRoute({
  method: "get",
  path: "/slides/{id}/searches/{search}",
  tags: ["slides"],
  operationId: "slideSearch",
  summary: "Return the state of a search, or follow it",
  description:
    "There is no count before the search is done. A client that accepts `text/event-stream` gets events " +
    "named `progress` with what has changed, and at the end one named `result`, which is the answer as " +
    "JSON, or `error`.",
  request: { params: searchParam },
  responses: {
    200: {
      description: "The state, and the result once it is done",
      content: { ...content, "text/event-stream": { schema: z.string() } },
    },
    ...describeProblems(...searchProblems),
  },
});

/** The OpenAPI description of `DELETE /slides/{id}/searches/{search}`. */
export const cancelSearchRoute = createRoute({
  method: "delete",
  path: "/slides/{id}/searches/{search}",
  tags: ["slides"],
  operationId: "cancelSlideSearch",
  summary: "Cancel a search",
  description:
    "A search that has ended stays as it is. What was searched is kept: the same request " +
    "goes on.",
  request: { params: searchParam },
  responses: {
    200: { description: "The state afterwards", content },
    ...describeProblems(...searchProblems, "origin_not_allowed"),
  },
});

const binary = { type: "string", format: "binary" } as const;

/** The OpenAPI description of `GET /slides/{id}/searches/{search}/{format}`. */
export const resultRoute = createRoute({
  method: "get",
  path: "/slides/{id}/searches/{search}/{format}",
  tags: ["slides"],
  operationId: "slideResult",
  summary: "Download the result of a search",
  description:
    "The file is the one that the command `slide` writes. `dcm` exists for slides in DICOM only.",
  request: {
    params: searchParam.extend({
      format: z.enum(resultFormatNames).openapi({ param: { name: "format", in: "path" } }),
    }),
  },
  responses: {
    200: {
      description: "The file",
      content: Object.fromEntries(
        Object.values(resultFormats).map(({ mediaType }) => [mediaType, { schema: binary }]),
      ),
    },
    ...describeProblems(...searchProblems, "search_not_done"),
  },
});
