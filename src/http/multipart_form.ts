import { Buffer } from "node:buffer";
import { MaxPartsExceededError, MultipartPart, parseMultipart } from "@remix-run/multipart-parser";
import { Problem } from "../errors.ts";

/** One field of a form. */
interface FormField {
  readonly name: string;
  /** The bytes of a file. Undefined when the field is text: no file name and no image media type. */
  readonly file: Uint8Array | undefined;
}

/** A form may have this many parts besides its images. Parsing stops at the first part beyond. */
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
  const form = withoutPreamble(body, boundary);
  const parts = splitParts(form, boundary, maxImages);
  const fields = readFields(parts) ?? readFields(decodeLatin1Headers(form, boundary, parts));
  if (fields === undefined) throw malformed();
  const images = selectImages(fields);
  if (images.length > maxImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${images.length} images; send at most ${maxImages} in one request.`,
    );
  }
  return images;
}

/** Returns the body from its first boundary on: RFC 2046 allows text, or an empty line, before that. */
function withoutPreamble(body: Uint8Array, boundary: string): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const opening = `--${boundary}`;
  if (bytes.subarray(0, opening.length).equals(Buffer.from(opening))) return body;
  const at = bytes.indexOf(`\r\n${opening}`);
  return at < 0 ? body : body.subarray(at + 2);
}

/** Splits the body into parts and counts them, without reading their headers. */
function splitParts(body: Uint8Array, boundary: string, maxImages: number): MultipartPart[] {
  const maxParts = maxImages + MAX_OTHER_PARTS;
  const [maxFileSize, maxTotalSize] = [body.length, body.length];
  try {
    const options = { boundary, maxParts, maxFileSize, maxTotalSize };
    return [...parseMultipart(body, { ...options, maxHeaderSize: MAX_PART_HEADER_BYTES })];
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
 * Reads the headers of all parts again, those that are not UTF-8 as ISO 8859-1: some clients write file
 * names in the encoding of their system. The parser does not tell where a header begins, but the parts
 * follow one another: boundary, line break, header, empty line, content, line break.
 */
function decodeLatin1Headers(
  body: Uint8Array,
  boundary: string,
  parts: readonly MultipartPart[],
): MultipartPart[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  let at = `--${boundary}\r\n`.length;
  return parts.map((part) => {
    const end = bytes.indexOf("\r\n\r\n", at);
    const header = bytes.subarray(at, end);
    at = end + "\r\n\r\n".length + part.size + `\r\n--${boundary}\r\n`.length;
    return new MultipartPart(isUtf8(header) ? header : utf8OfLatin1(header), part.content);
  });
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function utf8OfLatin1(bytes: Buffer): Uint8Array {
  return new TextEncoder().encode(bytes.toString("latin1"));
}

/**
 * Returns the files of the fields named `image`. Other fields are ignored, as IBM's service does: forms
 * of web frameworks have fields of their own.
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
