import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppDeps, AppEnv } from "../http/app_context.ts";
import { withDeadline } from "../http/deadline.ts";
import { publicUrl } from "../http/forwarded.ts";
import { describeProblems } from "../http/problem_schema.ts";
import { requireSlides, slideProblems } from "../http/require_slides.ts";
import { MAX_PICTURE_SIDE, MAX_READ_PIXELS, pictureTypes } from "../slide_folder/draw_picture.ts";
import type { SlideFacts } from "../slide_folder/open_slides.ts";
import { readIiifPath } from "./iiif_request.ts";
import { openProblems, slideParam } from "./slides_route.ts";

/** Side of the tiles that the service recommends to viewers, in pixels. */
const TILE_SIDE = 512;

/** How long a browser may cache a picture, in seconds. */
const MAX_AGE_SECONDS = 3600;

const CONTEXT = "http://iiif.io/api/image/3/context.json";

const infoSchema = z.object({
  "@context": z.literal(CONTEXT),
  id: z.string(),
  type: z.literal("ImageService3"),
  protocol: z.literal("http://iiif.io/api/image"),
  profile: z.literal("level1"),
  width: z.int(),
  height: z.int(),
  maxWidth: z.int(),
  maxHeight: z.int(),
  tiles: z.array(z.object({ width: z.int(), scaleFactors: z.array(z.int()) })),
  extraFormats: z.array(z.string()),
}).openapi("IiifInfo");

const infoRoute = createRoute({
  method: "get",
  path: "/slides/{id}/iiif/info.json",
  tags: ["slides"],
  operationId: "slideInfo",
  summary: "Describe a slide for viewers (IIIF Image API 3, level 1)",
  request: { params: slideParam },
  responses: {
    200: {
      description: "The description",
      content: { "application/json": { schema: infoSchema } },
    },
    ...describeProblems(...slideProblems, ...openProblems),
  },
});

const pathPart = (name: string, description: string, example: string) =>
  z.string().openapi({ param: { name, in: "path" }, description, example });

const binary = { type: "string", format: "binary" } as const;

const pictureRoute = createRoute({
  method: "get",
  path: "/slides/{id}/iiif/{region}/{size}/{rotation}/{file}",
  tags: ["slides"],
  operationId: "slidePicture",
  summary: "Draw a part of a slide (IIIF Image API 3, level 1)",
  description:
    "A PNG at full resolution has the pixels of the slide. Label and macro images are not " +
    "among what can be drawn.",
  request: {
    params: slideParam.extend({
      region: pathPart("region", "`full`, `square` or `x,y,w,h`, in pixels", "0,0,512,512"),
      size: pathPart("size", `\`max\`, \`w,h\`, \`w,\` or \`,h\`; not enlarged`, "512,512"),
      rotation: pathPart("rotation", "`0`", "0"),
      file: pathPart("file", "`default.jpg` or `default.png`", "default.jpg"),
    }),
  },
  responses: {
    200: {
      description: "The picture",
      content: { "image/jpeg": { schema: binary }, "image/png": { schema: binary } },
    },
    304: { description: "The client has the picture already (If-None-Match)" },
    ...describeProblems(...slideProblems, ...openProblems, "picture_too_large"),
  },
});

/** Creates the routes of the IIIF Image API: the description of a slide, and pictures of its parts. */
export function slidePictureRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.get("/slides/:id/iiif", (c) => c.redirect(`${baseUrl(c)}/info.json`, 303));
  app.openAPIRegistry.registerPath(infoRoute);
  app.get("/slides/:id/iiif/info.json", async (c) => {
    const folder = requireSlides(deps);
    const { facts } = await withDeadline(c, deps, () => folder.facts(c.req.param("id")));
    const { width, height } = facts;
    const info: z.infer<typeof infoSchema> = {
      "@context": CONTEXT,
      id: baseUrl(c),
      type: "ImageService3",
      protocol: "http://iiif.io/api/image",
      profile: "level1",
      width,
      height,
      maxWidth: MAX_PICTURE_SIDE,
      maxHeight: MAX_PICTURE_SIDE,
      tiles: [{ width: TILE_SIDE, scaleFactors: scaleFactors(facts) }],
      extraFormats: ["png"],
    };
    const isLinkedData = c.req.header("accept")?.includes("application/ld+json") ?? false;
    return c.json(info, 200, {
      "cache-control": "no-cache",
      ...(isLinkedData && { "content-type": `application/ld+json;profile="${CONTEXT}"` }),
    });
  });
  app.openAPIRegistry.registerPath(pictureRoute);
  app.get("/slides/:id/iiif/:region/:size/:rotation/:file", async (c) => {
    const folder = requireSlides(deps);
    const { id, facts } = await withDeadline(c, deps, () => folder.facts(c.req.param("id")));
    const { region, size, rotation, file } = c.req.param();
    const request = readIiifPath({ region, size, rotation, file }, facts);
    const headers = {
      "cache-control": `private, max-age=${MAX_AGE_SECONDS}`,
      etag: await etagOf(facts, JSON.stringify(request)),
    };
    if (c.req.header("if-none-match")?.includes(headers.etag)) return c.body(null, 304, headers);
    const picture = await withDeadline(
      c,
      deps,
      (signal) => folder.picture(id, request, signal),
    );
    return c.body(new Uint8Array(picture), 200, {
      ...headers,
      "content-type": pictureTypes[request.format],
    });
  });
  return app;
}

/** Returns the address of a slide by IIIF. */
function baseUrl(c: Context<AppEnv>): string {
  return `${publicUrl(c)}/slides/${encodeURIComponent(c.req.param("id") ?? "")}/iiif`;
}

async function etagOf({ identity }: SlideFacts, request: string): Promise<string> {
  const text = new TextEncoder().encode(`${identity}\n${request}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return `"${digest.toHex().slice(0, 32)}"`;
}

/**
 * Lists the factors by which viewers may shrink the slide: 1, 2, 4 and so on, until it fits into one tile, or
 * until a tile would need more pixels than may be read. A large slide without smaller levels cannot be shown
 * as a whole.
 */
function scaleFactors({ width, height, levels }: SlideFacts): number[] {
  const factors = [1];
  for (let factor = 2; Math.max(width, height) * 2 > TILE_SIDE * factor; factor *= 2) {
    const level = levels.findLast(({ downsample }) => downsample <= factor * (1 + 1e-6));
    const shrink = factor / (level?.downsample ?? 1);
    // The filter needs two more pixels of the picture at each side.
    const side = (TILE_SIDE + 4) * shrink + 2;
    const across = Math.min(side, level?.width ?? width);
    const down = Math.min(side, level?.height ?? height);
    if (across * down > MAX_READ_PIXELS) break;
    factors.push(factor);
  }
  return factors;
}
