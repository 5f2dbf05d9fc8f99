import {
  MaxPartsExceededError,
  type MultipartPart,
  parseMultipart,
} from "@remix-run/multipart-parser";
import { Problem } from "../errors.ts";

/** One field of a form. */
interface FormField {
  readonly name: string;
  /** The bytes of a file. Undefined when the field is text: no file name and no image media type. */
  readonly file: Uint8Array | undefined;
}

/** A form may have this many parts besides its images. Parsing stops at the first part beyond. */
const MAX_OTHER_PARTS = 16;

/**
 * Reads the images of a `multipart/form-data` body (RFC 7578): the files of its field `image`, in
 * order. The images are views of the body, not copies.
 *
 * @param contentType The Content-Type header, with the boundary.
 * @param maxImages The largest accepted number of images.
 * @throws {Problem} `form_malformed`, `form_unknown_field`, `image_missing` or `too_many_images`.
 *
 * @example
 * ```ts
 * import { readFormImages } from "./multipart_form.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode(
 *   '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n',
 * );
 * const images = await readFormImages(body, "multipart/form-data; boundary=b", 1);
 * deepEqual(images.map((image) => new TextDecoder().decode(image)), ["PNG"]);
 * ```
 */
export async function readFormImages(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  maxImages: number,
): Promise<Uint8Array[]> {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare?.trim();
  if (boundary === undefined) {
    throw new Problem(
      "form_malformed",
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
    );
  }
  const parts = splitParts(body, boundary, maxImages);
  const fields = readFields(parts) ?? await readFieldsWithPlatform(body, contentType);
  const images = selectImages(fields);
  if (images.length > maxImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${images.length} images; send at most ${maxImages} in one request.`,
    );
  }
  return images;
}

/** Splits the body into parts and counts them, without reading their headers. */
function splitParts(body: Uint8Array, boundary: string, maxImages: number): MultipartPart[] {
  const maxParts = maxImages + MAX_OTHER_PARTS;
  const [maxFileSize, maxTotalSize] = [body.length, body.length];
  try {
    return [...parseMultipart(body, { boundary, maxParts, maxFileSize, maxTotalSize })];
  } catch (thrown) {
    if (!(thrown instanceof MaxPartsExceededError)) throw malformed();
    throw new Problem(
      "too_many_images",
      `The form has more than ${maxParts} parts; send at most ${maxImages} images in one request.`,
    );
  }
}

/** Reads name and file of each part. Returns undefined when a part's header is not UTF-8. */
function readFields(parts: readonly MultipartPart[]): FormField[] | undefined {
  try {
    return parts.map((part) => ({
      name: part.name ?? "",
      file: part.isFile || part.mediaType?.startsWith("image/") ? contentOf(part) : undefined,
    }));
  } catch {
    return undefined;
  }
}

/** Returns the bytes of a part. Avoids the copy that `part.bytes` makes when the part is one piece. */
function contentOf(part: MultipartPart): Uint8Array {
  const [piece, ...others] = part.content;
  return piece !== undefined && others.length === 0 ? piece : part.bytes;
}

/**
 * Reads the fields with the platform's own parser, `Response.formData`. It is ten times slower but
 * accepts file names that are not UTF-8.
 */
async function readFieldsWithPlatform(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<FormField[]> {
  try {
    const response = new Response(body, { headers: { "content-type": contentType } });
    const fields = [...await response.formData()].map(async ([name, value]) => ({
      name,
      file: typeof value === "string" ? undefined : new Uint8Array(await value.arrayBuffer()),
    }));
    return await Promise.all(fields);
  } catch {
    throw malformed();
  }
}

/** Returns the files of all fields. Refuses fields that are not named `image` or have no file. */
function selectImages(fields: readonly FormField[]): Uint8Array[] {
  const unknown = fields.filter(({ name }) => name !== "image");
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ name }) => `'${name.slice(0, 40)}'`))];
    throw new Problem(
      "form_unknown_field",
      `The form has the ${names.length === 1 ? "field" : "fields"} ${names.join(", ")}; only the ` +
        "field 'image' is accepted.",
    );
  }
  const images = fields.flatMap(({ file }) => file ?? []);
  if (images.length === fields.length && images.length > 0) return images;
  throw new Problem(
    "image_missing",
    fields.length > 0
      ? "The field 'image' is text; send the image as a file (with curl: -F image=@patch.png)."
      : "The form has no field 'image'; send the image file in it.",
  );
}

function malformed(): Problem {
  return new Problem(
    "form_malformed",
    "The body is not valid multipart/form-data, which its Content-Type declares.",
  );
}
