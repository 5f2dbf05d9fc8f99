import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Problem } from "../errors.ts";
import { admissionControl } from "../http/admission_control.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { forwardedPrefix } from "../http/forwarded.ts";
import { requireClassifier } from "../http/require_classifier.ts";
import { mediaTypeOf } from "../http/require_media_type.ts";
import { requireSlideJobs } from "../http/require_slides.ts";
import { researchUseOnly } from "../research_use.ts";
import {
  type ResultFormatName,
  resultFormatNames,
  resultFormats,
} from "../slide_jobs/result_formats.ts";
import type { SearchState } from "../slide_jobs/search_state.ts";
import type { SlideJobs } from "../slide_jobs/slide_jobs.ts";
import { streamSearch } from "./slide_search_events.ts";
import {
  cancelSearchRoute,
  createSearchRoute,
  resultRoute,
  searchRoute,
  type searchSchema,
} from "./slide_searches_route.ts";

/** Maximum size of the options of a search, in bytes. A region of 10,000 corners takes less than half. */
const MAX_OPTION_BYTES = 1024 * 1024;

/** Creates the routes that start, follow and cancel searches of slides, and return their results. */
export function slideSearchRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  const maxBodyBytes = Math.min(MAX_OPTION_BYTES, deps.config.maxBodyBytes);
  const admit = admissionControl({ ...deps, config: { ...deps.config, maxBodyBytes } });
  const id = (c: Context<AppEnv>) => c.req.param("id") ?? "";
  const searchId = (c: Context<AppEnv>) => c.req.param("search") ?? "";

  app.openAPIRegistry.registerPath(createSearchRoute);
  app.post(
    "/slides/:id/searches",
    async (_c, next) => {
      requireSlideJobs(deps);
      await next();
    },
    admit,
    async (c) => {
      const jobs = requireSlideJobs(deps);
      const { manifest } = requireClassifier(deps).bundle;
      const state = await jobs.create(id(c), readOptions(c), manifest);
      const location = pathOf(c, state);
      return c.json(await answerOf(c, jobs, state), 202, { location });
    },
  );

  app.openAPIRegistry.registerPath(searchRoute);
  app.get("/slides/:id/searches/:search", async (c) => {
    const jobs = requireSlideJobs(deps);
    const state = jobs.get(id(c), searchId(c));
    if (c.req.header("accept")?.includes("text/event-stream") ?? false) {
      return streamSearch(c, jobs, state, (ended) => answerOf(c, jobs, ended));
    }
    return c.json(await answerOf(c, jobs, state), 200, { "cache-control": "no-store" });
  });

  app.openAPIRegistry.registerPath(cancelSearchRoute);
  app.delete("/slides/:id/searches/:search", async (c) => {
    const jobs = requireSlideJobs(deps);
    return c.json(await answerOf(c, jobs, await jobs.cancel(id(c), searchId(c))), 200);
  });

  app.openAPIRegistry.registerPath(resultRoute);
  app.get("/slides/:id/searches/:search/:format", async (c) => {
    const jobs = requireSlideJobs(deps);
    const format = c.req.param("format");
    if (!Object.hasOwn(resultFormats, format)) {
      throw new Problem(
        "request_invalid",
        `The format '${format.slice(0, 40)}' does not exist. There are ${
          resultFormatNames.join(", ")
        }.`,
      );
    }
    const name = format as ResultFormatName;
    const file = await jobs.openResult(id(c), searchId(c), name);
    const { ending, mediaType } = resultFormats[name];
    const headers = {
      "content-type": mediaType,
      "content-disposition": `attachment; filename="${id(c)}${ending}"`,
      "cache-control": "no-store",
    };
    if (c.req.raw.method === "HEAD") {
      file.close();
      return c.body(null, 200, headers);
    }
    return c.body(file.readable, 200, headers);
  });
  return app;
}

/** Reads the options of a search: a JSON object. Without a body, there are none. */
function readOptions(c: Context<AppEnv>): unknown {
  const { body } = c.var.work;
  if (body.length === 0) return {};
  const type = mediaTypeOf(c);
  if (type !== "application/json") {
    throw new Problem(
      "media_type_unsupported",
      `The request has ${type === undefined ? "no Content-Type" : `Content-Type '${type}'`}; ` +
        "this route accepts application/json.",
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Problem("request_invalid", "The body is not JSON; send the options as an object.");
  }
}

function pathOf(c: Context<AppEnv>, { slide, id }: SearchState): string {
  return `${forwardedPrefix(c) ?? ""}/slides/${slide}/searches/${id}`;
}

async function answerOf(
  c: Context<AppEnv>,
  jobs: SlideJobs,
  search: SearchState,
): Promise<z.infer<typeof searchSchema>> {
  const { id, slide, state, createdAt, endedAt, problem, progress } = search;
  return {
    status: "ok",
    id,
    slide,
    state,
    createdAt,
    ...(endedAt && { endedAt }),
    ...(progress && {
      progress: { done: progress.tilesDone / Math.max(1, progress.tiles), ...progress },
    }),
    ...(problem && { problem }),
    ...(state === "done" && await foundBy(jobs, search, pathOf(c, search))),
  };
}

/** Returns the result of a search that is done, and the paths of its files. */
async function foundBy(jobs: SlideJobs, search: SearchState, path: string) {
  const { summary, hotspots, score, warnings, coverage, formats } = await jobs.resultOf(search);
  const counted = <T extends { readonly countInterval: readonly number[] }>(one: T) => ({
    ...one,
    countInterval: [...one.countInterval],
  });
  return {
    result: {
      summary: counted(summary),
      hotspots: hotspots.map(counted),
      score: { ...score },
      warnings: [...warnings],
      coverage,
      note: researchUseOnly,
    },
    files: Object.fromEntries(formats.map((format) => [format, `${path}/${format}`])),
  };
}
