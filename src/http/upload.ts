import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { Problem, type ProblemCode } from "../errors.ts";
import { admit } from "./admit.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { imagesOfForm } from "./form.ts";
import { admissionProblems } from "./problem_schema.ts";

const file = { type: "string", format: "binary" } as const;

/** The multipart form of an upload: one field `image`, as often as there are images. */
function uploadForm(images: "one" | "several") {
  return {
    type: "object" as const,
    properties: {
      image: {
        type: "array" as const,
        minItems: 1,
        ...(images === "one" ? { maxItems: 1 } : {}),
        items: file,
        description: images === "one"
          ? "The image file."
          : "The image file; repeat the field to send several.",
      },
    },
    required: ["image"],
    additionalProperties: false,
  };
}

/** What every route that takes images can answer. */
export const uploadProblems = [
  "image_missing",
  "image_empty",
  "image_truncated",
  "image_corrupt",
  "image_unsupported",
  "too_many_images",
  "form_malformed",
  "form_unknown_field",
  "body_too_large",
  "media_type_unsupported",
  "request_invalid",
  ...admissionProblems,
] as const satisfies ProblemCode[];

/**
 * The `request.body` of a route of {@linkcode addUploadRoute}.
 *
 * @param images How many the form may have.
 * @param rawTypes Media types of an image, as a file of the form or as the body.
 */
export function uploadBody(
  description: string,
  images: "one" | "several",
  ...rawTypes: readonly string[]
) {
  return {
    required: true,
    description,
    content: {
      "multipart/form-data": {
        schema: uploadForm(images),
        encoding: { image: { contentType: rawTypes.join(", ") } },
      },
      ...Object.fromEntries(rawTypes.map((type) => [type, { schema: file }])),
    },
  };
}

/** A route that takes images, as `createRoute` describes it. */
type UploadRoute = RouteConfig & { readonly getRoutingPath: () => string };

/**
 * Adds a route that takes images: `multipart/form-data` with a boundary, or the bytes of one image as
 * the body. Only images pass, and only through {@linkcode admit}; the handler finds them in `images`.
 * The form is read here, once, and not held against its schema again.
 *
 * @param rawTypes Media types of an image as the body.
 */
export function addUploadRoute(
  app: OpenAPIHono<AppEnv>,
  route: UploadRoute,
  deps: AppDeps,
  rawTypes: readonly string[],
  handler: (c: Context<AppEnv>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(route);
  app.post(
    route.getRoutingPath(),
    onlyTypes("multipart/form-data", ...rawTypes),
    admit(deps),
    readImages(deps),
    handler,
  );
}

/** Refuses what has another media type, before anything of it is read. */
export function onlyTypes(...types: string[]): MiddlewareHandler<AppEnv> {
  return async function onlyTypes(c, next) {
    const type = mediaType(c);
    if (type === undefined || !types.includes(type)) {
      const header = c.req.header("content-type");
      throw new Problem(
        "media_type_unsupported",
        `The request has ${header ? `Content-Type '${header}'` : "no Content-Type"}; ` +
          `this route takes ${types.join(" or ")}.`,
      );
    }
    await next();
  };
}

function mediaType(c: Context<AppEnv>): string | undefined {
  return c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

function readImages({ config }: AppDeps): MiddlewareHandler<AppEnv> {
  return async function readImages(c, next) {
    const work = c.get("work");
    const images = mediaType(c) === "multipart/form-data"
      ? await imagesOfForm(work.body, c.req.header("content-type") ?? "", config.maxImages)
      : [work.body];
    work.expect(images.length);
    c.set("images", images);
    await next();
  };
}

/**
 * The image of a request that may have one only.
 *
 * @throws {Problem} `too_many_images`.
 */
export function uploadedImage(c: Context<AppEnv>): Uint8Array {
  const [image = new Uint8Array(0), ...more] = c.get("images");
  if (more.length === 0) return image;
  throw new Problem(
    "too_many_images",
    `The form has ${more.length + 1} images; this route takes one at a time.`,
  );
}
