import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { Problem, type ProblemCode } from "../errors.ts";
import { admissionControl } from "./admission_control.ts";
import type { AppDeps, AppEnv } from "./app_context.ts";
import { readFormImages } from "./multipart_form.ts";
import { admissionProblems } from "./problem_schema.ts";
import { mediaTypeOf, requireMediaType } from "./require_media_type.ts";

const binaryFile = { type: "string", format: "binary" } as const;

/** The problems of every route of {@linkcode addUploadRoute}. */
export const uploadProblems = [
  "image_missing",
  "image_empty",
  "image_truncated",
  "image_corrupt",
  "image_unsupported",
  "too_many_images",
  "form_malformed",
  "body_too_large",
  "media_type_unsupported",
  "request_invalid",
  ...admissionProblems,
] as const satisfies ProblemCode[];

/**
 * Returns the OpenAPI `request.body` of a route of {@linkcode addUploadRoute}.
 *
 * @param images Whether the form may have one image or several.
 * @param imageTypes The accepted media types of an image.
 */
export function describeUploadBody(
  description: string,
  images: "one" | "several",
  ...imageTypes: readonly string[]
) {
  return {
    required: true,
    description,
    content: {
      "multipart/form-data": {
        schema: describeForm(images),
        encoding: { image: { contentType: imageTypes.join(", ") } },
      },
      ...Object.fromEntries(imageTypes.map((type) => [type, { schema: binaryFile }])),
    },
  };
}

function describeForm(images: "one" | "several") {
  return {
    type: "object" as const,
    properties: {
      image: images === "one" ? { ...binaryFile, description: "The image file." } : {
        type: "array" as const,
        minItems: 1,
        items: binaryFile,
        description: "The image file; repeat the field to send several.",
      },
    },
    required: ["image"],
  };
}

/** The result of `createRoute`. */
type UploadRoute = RouteConfig & { readonly getRoutingPath: () => string };

/**
 * Adds a POST route that takes images, as `multipart/form-data` or as the bytes of one image. Each
 * request passes {@linkcode admissionControl}; the handler finds the image files in `images`. The
 * form is not validated against the route's OpenAPI schema, because that would parse it twice.
 *
 * @param imageTypes The accepted media types of a body that is one image.
 */
export function addUploadRoute(
  app: OpenAPIHono<AppEnv>,
  route: UploadRoute,
  deps: AppDeps,
  imageTypes: readonly string[],
  handler: (c: Context<AppEnv>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(route);
  app.post(
    route.getRoutingPath(),
    requireMediaType("multipart/form-data", ...imageTypes),
    admissionControl(deps),
    readImages(deps),
    handler,
  );
}

function readImages({ config }: AppDeps): MiddlewareHandler<AppEnv> {
  return async function readImages(c, next) {
    const work = c.get("work");
    const images = mediaTypeOf(c) === "multipart/form-data"
      ? readFormImages(work.body, c.req.header("content-type") ?? "", config.maxImages)
      : [work.body];
    work.setImageCount(images.length);
    c.set("images", images);
    await next();
  };
}

/**
 * Returns the image of a request that may have only one.
 *
 * @throws {Problem} `too_many_images`.
 */
export function singleImage(c: Context<AppEnv>): Uint8Array {
  const [image = new Uint8Array(0), ...others] = c.get("images");
  if (others.length === 0) return image;
  throw new Problem(
    "too_many_images",
    `The form has ${others.length + 1} images; this route accepts one image per request.`,
  );
}
