import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./deps.ts";

const part = z.instanceof(File).openapi({ type: "string", format: "binary" });

/** The multipart form of an upload: one field `image`, as often as there are images. */
export const uploadForm = z.strictObject({
  image: z.union([part, z.array(part)]).openapi({
    type: "array",
    items: { type: "string", format: "binary" },
    description: "The PNG file; repeat the field to send several.",
  }),
});

/**
 * Lets only images pass: `multipart/form-data` with a boundary, which is read here once for all, or
 * the bytes of one image as the body.
 *
 * @param rawTypes Media types of an image as the body.
 */
export function imageUpload(...rawTypes: string[]): MiddlewareHandler<AppEnv> {
  const accepted = ["multipart/form-data", ...rawTypes].join(" or ");
  return async function imageUpload(c, next) {
    const header = c.req.header("content-type");
    const type = header?.split(";", 1)[0]?.trim().toLowerCase();
    if (type === "multipart/form-data") {
      c.req.bodyCache.formData = await readForm(c);
    } else if (type === undefined || !rawTypes.includes(type)) {
      throw new Problem(
        "media_type_unsupported",
        `The request has ${header ? `Content-Type '${header}'` : "no Content-Type"}; ` +
          `this route takes ${accepted}.`,
      );
    }
    await next();
  };
}

async function readForm(c: Context<AppEnv>): Promise<FormData> {
  if (!/boundary=/i.test(c.req.header("content-type") ?? "")) {
    throw new Problem(
      "form_malformed",
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
    );
  }
  try {
    return await c.req.raw.formData();
  } catch {
    throw new Problem(
      "form_malformed",
      "The body is not the multipart/form-data that its Content-Type announces.",
    );
  }
}

/** Turns what {@linkcode uploadForm} did not like into a problem of the table. */
export function refuseForm(error: z.ZodError, form: FormData | undefined): Problem {
  const unknown = error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown !== undefined) {
    const names = unknown.keys.map((name) => `'${name.slice(0, 40)}'`).join(", ");
    return new Problem(
      "form_unknown_field",
      `The form has ${names}; the field with the image is named 'image'.`,
    );
  }
  const received = form?.get("image") ?? null;
  return new Problem(
    "image_missing",
    received === null
      ? "The form has no field 'image'; send the PNG file in it."
      : "The field 'image' is text; send the PNG as a file (with curl: -F image=@patch.png).",
  );
}

/** Bytes of the images of a request that passed {@linkcode imageUpload}, in order. */
export async function uploadedImages(c: Context<AppEnv>, most: number): Promise<Uint8Array[]> {
  const form = c.req.bodyCache.formData;
  if (form === undefined) return [new Uint8Array(await c.req.arrayBuffer())];
  const parts = form.getAll("image").filter((value) => value instanceof File);
  if (parts.length > most) {
    throw new Problem(
      "too_many_images",
      `The form has ${parts.length} images; send ${most} at most in one request.`,
    );
  }
  return await Promise.all(parts.map(async (file) => new Uint8Array(await file.arrayBuffer())));
}
