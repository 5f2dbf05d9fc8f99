import { z } from "@hono/zod-openapi";
import {
  MaxPartsExceededError,
  type MultipartPart,
  parseMultipart,
} from "@remix-run/multipart-parser";
import type { Context, MiddlewareHandler } from "hono";
import { Problem } from "../errors.ts";
import { admit } from "./admit.ts";
import type { AppDeps, AppEnv } from "./deps.ts";

const part = z.instanceof(Uint8Array).openapi({ type: "string", format: "binary" });

/** The multipart form of an upload: one field `image`, as often as there are images. */
export const uploadForm = z.strictObject({
  image: z.union([part, z.array(part)]).openapi({
    type: "array",
    items: { type: "string", format: "binary" },
    description: "The PNG file; repeat the field to send several.",
  }),
});

/** Fields that a form may have beside its images, before it is refused. */
const OTHER_PARTS = 16;

/**
 * Lets only images pass: `multipart/form-data` with a boundary, which is read here once for all, or
 * the bytes of one image as the body. The request has gone through {@linkcode admit} then.
 *
 * @param rawTypes Media types of an image as the body.
 */
export function imageUpload(deps: AppDeps, ...rawTypes: string[]): MiddlewareHandler<AppEnv>[] {
  return [onlyTypes("multipart/form-data", ...rawTypes), admit(deps), readForm(deps)];
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

function readForm({ config: { maxImages, maxBodyBytes } }: AppDeps): MiddlewareHandler<AppEnv> {
  return async function readForm(c, next) {
    if (mediaType(c) === "multipart/form-data") {
      const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(c.req.header("content-type") ?? "");
      const form = new UploadedForm();
      for (const part of partsOf(c.var.work.body, boundary?.[1] ?? boundary?.[2]?.trim())) {
        form.add(part);
      }
      if (form.images.length > maxImages) {
        throw new Problem(
          "too_many_images",
          `The form has ${form.images.length} images; send ${maxImages} at most in one request.`,
        );
      }
      // The validator asks a form for nothing but its entries.
      c.req.bodyCache.formData = form as unknown as FormData;
    }
    await next();
  };

  function* partsOf(body: Uint8Array, boundary: string | undefined): Generator<MultipartPart> {
    if (boundary === undefined) {
      throw new Problem(
        "form_malformed",
        "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
      );
    }
    try {
      yield* parseMultipart(body, {
        boundary,
        maxParts: maxImages + OTHER_PARTS,
        maxFileSize: maxBodyBytes,
        maxTotalSize: maxBodyBytes,
      });
    } catch (thrown) {
      if (thrown instanceof MaxPartsExceededError) {
        throw new Problem(
          "too_many_images",
          `The form has more than ${
            maxImages + OTHER_PARTS
          } parts; send ${maxImages} images at most ` +
            "in one request.",
        );
      }
      throw new Problem(
        "form_malformed",
        "The body is not the multipart/form-data that its Content-Type announces.",
      );
    }
  }
}

/** The entries of a form: files as bytes, anything else as text. */
class UploadedForm {
  readonly #entries: [name: string, value: Uint8Array<ArrayBuffer> | string][] = [];

  add(part: MultipartPart): void {
    const bytes = part.isFile ? new Uint8Array(part.bytes) : part.text;
    this.#entries.push([part.name ?? "", bytes]);
  }

  /** Files of the field `image`, in order. */
  get images(): Uint8Array<ArrayBuffer>[] {
    return this.#entries.flatMap(([name, value]) =>
      name === "image" && typeof value !== "string" ? [value] : []
    );
  }

  has(wanted: string): boolean {
    return this.#entries.some(([name]) => name === wanted);
  }

  forEach(visit: (value: Uint8Array<ArrayBuffer> | string, name: string) => void): void {
    for (const [name, value] of this.#entries) visit(value, name);
  }
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
      ? "The field 'image' is text; send the PNG as a file (with curl: -F image=@patch.png)."
      : "The form has no field 'image'; send the PNG file in it.",
  );
}

/** Bytes of the images of a request that passed {@linkcode imageUpload}, in order. */
export function uploadedImages(c: Context<AppEnv>): Uint8Array<ArrayBuffer>[] {
  const images = formOf(c)?.images ?? [c.var.work.body];
  c.var.work.expect(images.length);
  return images;
}

function formOf(c: Context<AppEnv>): UploadedForm | undefined {
  const form: unknown = c.req.bodyCache.formData;
  return form instanceof UploadedForm ? form : undefined;
}
