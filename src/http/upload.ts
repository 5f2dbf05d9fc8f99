import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { Problem, type ProblemCode } from "../errors.ts";
import { admit } from "./admit.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { readForm, UploadedForm } from "./form.ts";
import { admissionProblems } from "./problem_schema.ts";

const part = z.instanceof(Uint8Array).openapi({ type: "string", format: "binary" });

/** The multipart form of an upload: one field `image`, as often as there are images. */
const uploadForm = z.strictObject({
  image: z.union([part, z.array(part)]).openapi({
    type: "array",
    minItems: 1,
    items: { type: "string", format: "binary" },
    description: "The image file; where the route takes several, repeat the field.",
  }),
});

/** What every route that takes images can answer. */
export const uploadProblems = [
  "image_missing",
  "image_empty",
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
] as const satisfies ProblemCode[];

/** The `request.body` of a route behind {@linkcode imageUpload}. */
export function uploadBody(description: string, ...rawTypes: string[]) {
  const raw = { schema: { type: "string" as const, format: "binary" } };
  return {
    required: false,
    description,
    content: {
      "multipart/form-data": { schema: uploadForm },
      ...Object.fromEntries(rawTypes.map((type) => [type, raw])),
    },
  };
}

/**
 * Lets only images pass: `multipart/form-data` with a boundary, which is read here once for all, or
 * the bytes of one image as the body. The request has gone through {@linkcode admit} then.
 *
 * @param rawTypes Media types of an image as the body.
 */
export function imageUpload(deps: AppDeps, ...rawTypes: string[]): MiddlewareHandler<AppEnv>[] {
  return [onlyTypes("multipart/form-data", ...rawTypes), admit(deps), parseForm(deps)];
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

function parseForm({ config }: AppDeps): MiddlewareHandler<AppEnv> {
  return async function parseForm(c, next) {
    if (mediaType(c) === "multipart/form-data") {
      const header = c.req.header("content-type") ?? "";
      const form = await readForm(c.var.work.body, header, config.maxImages);
      // The validator asks a form for nothing but its entries.
      c.req.bodyCache.formData = form as unknown as FormData;
    }
    await next();
  };
}

/** Turns what {@linkcode uploadForm} did not like into a problem of the table. */
export function refuseForm(error: z.ZodError, c: Context<AppEnv>): Problem {
  const unknown = error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown !== undefined) {
    const names = unknown.keys.map((name) => `'${name.slice(0, 40)}'`).join(", ");
    return new Problem(
      "form_unknown_field",
      `The form has ${names}; the field with the image is named 'image'.`,
    );
  }
  return new Problem(
    "image_missing",
    formOf(c)?.has("image")
      ? "The field 'image' is text; send the image as a file (with curl: -F image=@patch.png)."
      : "The form has no field 'image'; send the image file in it.",
  );
}

/** Bytes of the images of a request that passed {@linkcode imageUpload}, in order. */
export function uploadedImages(c: Context<AppEnv>): Uint8Array<ArrayBuffer>[] {
  const images = formOf(c)?.images ?? [c.var.work.body];
  c.var.work.expect(images.length);
  return images;
}

/**
 * The image of a request that may have one only.
 *
 * @throws {Problem} `too_many_images`.
 */
export function uploadedImage(c: Context<AppEnv>): Uint8Array<ArrayBuffer> {
  const [image = new Uint8Array(0), ...more] = uploadedImages(c);
  if (more.length === 0) return image;
  throw new Problem(
    "too_many_images",
    `The form has ${more.length + 1} images; this route takes one at a time.`,
  );
}

function formOf(c: Context<AppEnv>): UploadedForm | undefined {
  const form: unknown = c.req.bodyCache.formData;
  return form instanceof UploadedForm ? form : undefined;
}
