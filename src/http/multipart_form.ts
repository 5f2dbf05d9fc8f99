import { Buffer, isUtf8 } from "node:buffer";
import { MultipartPart } from "@remix-run/multipart-parser";
import { Problem } from "../errors.ts";

/** One field of a form. */
interface FormField {
  readonly name: string;
  /** The bytes of a file. Undefined when the field is text: no file name and no image media type. */
  readonly file: Uint8Array | undefined;
}

const LINE_END = "\r\n";
const HEADER_END = "\r\n\r\n";

/** Maximum number of characters of a boundary (RFC 2046). */
const MAX_BOUNDARY_LENGTH = 70;

/** A form may have this many parts in addition to `maxImages`. */
const MAX_OTHER_PARTS = 16;

/** The header of a part may have this many bytes: enough for the longest file names, and quick to parse. */
const MAX_PART_HEADER_BYTES = 1024;

/**
 * Reads the images of a `multipart/form-data` body (RFC 7578): the files of its field `image`, in
 * order. The images are views of the body, not copies.
 *
 * @param contentType The Content-Type header, with the boundary.
 * @param maxImages The largest accepted number of images.
 * @throws {Problem} `form_malformed`, `image_missing` or `too_many_images`.
 *
 * @example
 * ```ts
 * import { readFormImages } from "./multipart_form.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode(
 *   '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n',
 * );
 * const images = readFormImages(body, "multipart/form-data; boundary=b", 1);
 * deepEqual(images.map((image) => new TextDecoder().decode(image)), ["PNG"]);
 * ```
 */
export function readFormImages(
  body: Uint8Array,
  contentType: string,
  maxImages: number,
): Uint8Array[] {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare?.trim();
  if (boundary === undefined) {
    throw new Problem(
      "form_malformed",
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
    );
  }
  if (boundary.length > MAX_BOUNDARY_LENGTH) {
    throw new Problem(
      "form_malformed",
      `The boundary in the Content-Type has ${boundary.length} characters; it may have ` +
        `${MAX_BOUNDARY_LENGTH}.`,
    );
  }
  const fields = readFields(splitParts(body, boundary, maxImages));
  const images = selectImages(fields);
  if (images.length > maxImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${images.length} images; send at most ${maxImages} in one request.`,
    );
  }
  return images;
}

/**
 * Splits the body into parts. Ignores text before the first boundary (RFC 2046). Searches with
 * `Buffer.indexOf`, because a malicious boundary makes the search of the multipart library very slow.
 */
function splitParts(body: Uint8Array, boundary: string, maxImages: number): MultipartPart[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const maxParts = maxImages + MAX_OTHER_PARTS;
  const opening = Buffer.from(`--${boundary}`, "latin1");
  const separator = Buffer.from(`\r\n--${boundary}`, "latin1");
  const parts: MultipartPart[] = [];
  if (bytes.length === 0) return parts;
  const isAtStart = bytes.subarray(0, opening.length).equals(opening);
  let at = isAtStart ? opening.length : endOf(bytes.indexOf(separator), separator);
  while (bytes.toString("latin1", at, at + 2) !== "--") {
    if (parts.length === maxParts) {
      throw new Problem(
        "too_many_images",
        `The form has more than ${maxParts} parts; send at most ${maxImages} images in one request.`,
      );
    }
    if (bytes.toString("latin1", at, at + 2) !== LINE_END) throw malformed();
    at += LINE_END.length;
    const headerEnd = bytes.indexOf(HEADER_END, at);
    if (headerEnd < 0 || headerEnd - at > MAX_PART_HEADER_BYTES) throw malformed();
    const content = headerEnd + HEADER_END.length;
    const contentEnd = bytes.indexOf(separator, content);
    const header = toUtf8(bytes.subarray(at, headerEnd));
    at = endOf(contentEnd, separator);
    parts.push(new MultipartPart(header, [body.subarray(content, contentEnd)]));
  }
  return parts;
}

/** Returns the end of the separator found at `index`. Throws when `index` is -1: there is none. */
function endOf(index: number, separator: Uint8Array): number {
  if (index < 0) throw malformed();
  return index + separator.length;
}

/**
 * Converts the header of a part to UTF-8. A header that is not UTF-8 is read as ISO 8859-1, because some
 * clients send file names in it.
 */
function toUtf8(header: Buffer): Uint8Array {
  return isUtf8(header) ? header : new TextEncoder().encode(header.toString("latin1"));
}

/** Reads name and file of each part. */
function readFields(parts: readonly MultipartPart[]): FormField[] {
  return parts.map((part) => ({
    name: part.name ?? "",
    file: part.isFile || part.mediaType?.startsWith("image/") ? contentOf(part) : undefined,
  }));
}

/** Returns the bytes of a part. Avoids the copy that `part.bytes` makes when the part is one piece. */
function contentOf(part: MultipartPart): Uint8Array {
  const [piece, ...others] = part.content;
  return piece !== undefined && others.length === 0 ? piece : part.bytes;
}

/**
 * Returns the files of the fields named `image`. Ignores other fields, as IBM's service does, because
 * web frameworks add some to every form.
 */
function selectImages(fields: readonly FormField[]): Uint8Array[] {
  const named = fields.filter(({ name }) => name === "image");
  const images = named.flatMap(({ file }) => file ?? []);
  if (images.length === named.length && images.length > 0) return images;
  if (named.length > 0) {
    throw new Problem(
      "image_missing",
      "The field 'image' is text; send the image as a file (with curl: -F image=@patch.png).",
    );
  }
  const names = [...new Set(fields.map(({ name }) => `'${name.slice(0, 40)}'`))];
  const has = names.length === 0 ? "" : ` It has ${names.slice(0, 8).join(", ")}.`;
  throw new Problem(
    "image_missing",
    `The form has no field 'image'; send the image file in it.${has}`,
  );
}

function malformed(): Problem {
  return new Problem(
    "form_malformed",
    "The body is not valid multipart/form-data, which its Content-Type declares.",
  );
}
