import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Problem } from "../errors.ts";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { withDeadline } from "../http/deadline.ts";
import { forwardedPrefix } from "../http/forwarded.ts";
import { requireSlides } from "../http/require_slides.ts";
import { withoutBlanks } from "../search/options.ts";
import type { ListedSlide } from "../slide_folder/slide_folder.ts";
import {
  slideRoute,
  type slideSchema,
  slidesQuery,
  slidesRoute,
  type slidesSchema,
} from "./slides_route.ts";

/** Creates the routes `GET /slides` and `GET /slides/{id}`: facts about slides. */
export function slidesRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.openAPIRegistry.registerPath(slidesRoute);
  app.get("/slides", async (c) => {
    const folder = requireSlides(deps);
    const { limit, after } = readQuery(c);
    const { slides, total, next } = await withDeadline(
      c,
      deps,
      (signal) => folder.list(limit, after, signal),
    );
    const answer: z.infer<typeof slidesSchema> = {
      status: "ok",
      slides: slides.map(listed),
      total,
      ...(next === undefined ? {} : { next }),
    };
    return c.json(answer, 200, { "cache-control": "no-store" });
  });
  app.openAPIRegistry.registerPath(slideRoute);
  app.get("/slides/:id", async (c) => {
    const { id, bytes, facts } = await withDeadline(
      c,
      deps,
      () => requireSlides(deps).facts(c.req.param("id")),
    );
    const { width, height, mpp, format, levels } = facts;
    const path = `${forwardedPrefix(c) ?? ""}/slides/${id}`;
    const last = deps.slides?.jobs?.last(id);
    const answer: z.infer<typeof slideSchema> = {
      status: "ok",
      id,
      bytes,
      width,
      height,
      ...(mpp === undefined ? {} : { mpp, mppOrigin: "file" }),
      format,
      levels: [...levels],
      iiif: `${path}/iiif/info.json`,
      ...(last && {
        search: { id: last.id, state: last.state, url: `${path}/searches/${last.id}` },
      }),
    };
    return c.json(answer, 200, { "cache-control": "no-store" });
  });
  return app;
}

function listed(slide: ListedSlide): z.infer<typeof slidesSchema>["slides"][number] {
  const { id, bytes } = slide;
  if ("problem" in slide) {
    const { code, message } = slide.problem;
    return { id, bytes, problem: { code, message } };
  }
  const { width, height, mpp, format } = slide.facts;
  return { id, bytes, width, height, ...(mpp === undefined ? {} : { mpp }), format };
}

function readQuery(c: Context<AppEnv>): z.infer<typeof slidesQuery> {
  const read = slidesQuery.safeParse(withoutBlanks(c.req.query()));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const name = issue?.path.join(".") || (issue?.code === "unrecognized_keys" ? issue.keys[0] : "");
  throw new Problem(
    "request_invalid",
    `The query parameter '${name}' is not valid: ${issue?.message}. There are limit, a whole number from ` +
      "1 to 200, and after, the id of a slide.",
  );
}
