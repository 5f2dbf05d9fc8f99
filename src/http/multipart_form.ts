import {
  MaxPartsExceededError,
  type MultipartPart,
  parseMultipart,
} from "@remix-run/multipart-parser";
import { Problem } from "../errors.ts";

/** One field of a form. */
interface Field {
  readonly name: string;
  /** Bytes of the file, which has a name or is said to be an image; undefined where the field is text. */
  readonly file: Uint8Array | undefined;
}

/** Fields that a form may have beside its images, before it is refused. */
const OTHER_PARTS = 16;

/**
 * The images in a body of `multipart/form-data` (RFC 7578): the files of its field `image`, in order.
 * They are parts of the body, not copies of it.
 *
 * @param contentType The header, with the boundary.
 * @param maxImages Images that the form may have.
 * @throws {Problem} `form_malformed`, `form_unknown_field`, `image_missing` or `too_many_images`.
 *
 * @example
 * ```ts
 * import { imagesOfForm } from "./multipart_form.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode(
 *   '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n',
 * );
 * const images = await imagesOfForm(body, "multipart/form-data; boundary=b", 1);
 * deepEqual(images.map((image) => new TextDecoder().decode(image)), ["PNG"]);
 * ```
 */
export async function imagesOfForm(
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
  const parts = partsOf(body, boundary, maxImages);
  const fields = fieldsOf(parts) ?? await readLeniently(body, contentType);
  const images = imagesOf(fields);
  if (images.length > maxImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${images.length} images; send ${maxImages} at most in one request.`,
    );
  }
  return images;
}

/** The parts, cut out but not looked into; they are counted as they are found. */
function partsOf(body: Uint8Array, boundary: string, maxImages: number): MultipartPart[] {
  const maxParts = maxImages + OTHER_PARTS;
  const [maxFileSize, maxTotalSize] = [body.length, body.length];
  try {
    return [...parseMultipart(body, { boundary, maxParts, maxFileSize, maxTotalSize })];
  } catch (thrown) {
    if (!(thrown instanceof MaxPartsExceededError)) throw malformed();
    throw new Problem(
      "too_many_images",
      `The form has more than ${maxParts} parts; send ${maxImages} images at most in one request.`,
    );
  }
}

/** @returns Undefined where a part's header is in another encoding than UTF-8. */
function fieldsOf(parts: readonly MultipartPart[]): Field[] | undefined {
  try {
    return parts.map((part) => ({
      name: part.name ?? "",
      file: part.isFile || part.mediaType?.startsWith("image/") ? bytesOf(part) : undefined,
    }));
  } catch {
    return undefined;
  }
}

/** `part.bytes` copies; a part of a body that came whole is one piece already. */
function bytesOf(part: MultipartPart): Uint8Array {
  const [only, ...more] = part.content;
  return only !== undefined && more.length === 0 ? only : part.bytes;
}

/**
 * The platform's own parser, ten times slower, for what the other does not take: names of files in
 * another encoding than UTF-8.
 */
async function readLeniently(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Field[]> {
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

function imagesOf(fields: readonly Field[]): Uint8Array[] {
  const unknown = fields.filter(({ name }) => name !== "image");
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ name }) => `'${name.slice(0, 40)}'`))].join(", ");
    throw new Problem(
      "form_unknown_field",
      `The form has ${names}; the field with the image is named 'image'.`,
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
    "The body is not the multipart/form-data that its Content-Type announces.",
  );
}
