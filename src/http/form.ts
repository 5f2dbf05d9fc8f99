import { Buffer } from "node:buffer";
import { Problem } from "../errors.ts";

/** Fields that a form may have beside its images, before it is refused. */
const OTHER_PARTS = 16;
/** Largest header of one part, in bytes. */
const MOST_HEADER_BYTES = 8192;
const [CR, LF, DASH] = [13, 10, 45];

/** One part of a form. */
interface Part {
  /** Name of the field, as it was sent. */
  readonly name: string;
  /** Whether it is a file, and not text. */
  readonly isFile: boolean;
  readonly bytes: Uint8Array;
}

/**
 * The images in a body of `multipart/form-data` (RFC 7578): the files of its field `image`, in order.
 * They are parts of the body, not copies of it. Nothing else of the form is looked at, so that it does
 * not matter in which encoding the names of the files are.
 *
 * @param contentType The header, with the boundary.
 * @param mostImages Images that the form may have.
 * @throws {Problem} `form_malformed`, `form_unknown_field`, `image_missing` or `too_many_images`.
 *
 * @example
 * ```ts
 * import { imagesOfForm } from "./form.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode(
 *   '--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--b--\r\n',
 * );
 * const images = imagesOfForm(body, "multipart/form-data; boundary=b", 1);
 * deepEqual(images, [new TextEncoder().encode("PNG")]);
 * ```
 */
export function imagesOfForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  mostImages: number,
): Uint8Array[] {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare?.trim();
  if (boundary === undefined) {
    throw new Problem(
      "form_malformed",
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
    );
  }
  const images = imagesOf(partsOf(body, boundary, mostImages + OTHER_PARTS));
  if (images.length > mostImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${images.length} images; send ${mostImages} at most in one request.`,
    );
  }
  return images;
}

/** Cuts a multipart body (RFC 2046, 5.1.1) into its parts; what follows the last is passed over. */
function partsOf(body: Uint8Array<ArrayBuffer>, boundary: string, most: number): Part[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const findDelimiter = finderOf(delimiter);
  const parts: Part[] = [];
  if (!matches(body, -2, delimiter, 2)) throw malformed();
  let at = delimiter.length - 2;
  while (body[at] !== DASH || body[at + 1] !== DASH) {
    if (body[at] !== CR || body[at + 1] !== LF) throw malformed();
    const start = findBlankLine(body, at);
    if (start - at > MOST_HEADER_BYTES) throw malformed();
    const end = findDelimiter(body, start + 2);
    if (parts.length === most) {
      throw new Problem(
        "too_many_images",
        `The form has more than ${most} parts; send fewer images in one request.`,
      );
    }
    const header = Buffer.from(body.buffer, body.byteOffset + at, start - at).toString();
    parts.push({ ...fieldOf(header), bytes: body.subarray(start + 4, end) });
    at = end + delimiter.length;
  }
  return parts;
}

const findBlankLine = finderOf(Buffer.from("\r\n\r\n"));

/**
 * Prepares a search for bytes that begin with a carriage return and have none further on: most of the
 * body is leapt over (Horspool 1980), and since a find is checked from its front, no body takes more
 * than two looks at a byte.
 */
function finderOf(wanted: Uint8Array): (body: Uint8Array, from: number) => number {
  const last = wanted.length - 1;
  const leap = new Uint16Array(256).fill(wanted.length);
  for (let i = 0; i < last; i++) leap[wanted[i] ?? 0] = last - i;
  return (body, from) => {
    for (let at = from; at + last < body.length;) {
      const end = body[at + last] ?? 0;
      if (end === wanted[last] && matches(body, at, wanted, 0)) return at;
      at += leap[end] ?? 1;
    }
    throw malformed();
  };
}

/** Whether `wanted`, from its byte `first` on, stands where it would if it began at `at`. */
function matches(body: Uint8Array, at: number, wanted: Uint8Array, first: number): boolean {
  for (let i = first; i < wanted.length; i++) {
    if (body[at + i] !== wanted[i]) return false;
  }
  return true;
}

/** What the header of a part says of it: its name, and that it is a file, by a file name or a media type that is not text. */
function fieldOf(header: string): Pick<Part, "name" | "isFile"> {
  let name = "";
  let isFile = /\ncontent-type: *(?!text\/)/i.test(header);
  const disposition = /\ncontent-disposition:([^\r\n]*)/i.exec(header)?.[1] ?? "";
  for (const [, key, quoted, bare = ""] of disposition.matchAll(PARAMETER)) {
    if (key?.toLowerCase() === "name") name = quoted ?? bare;
    else if (/^filename\*?$/i.test(key ?? "")) isFile = true;
  }
  return { name, isFile };
}

/** `; key=value` or `; key="value"`. */
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g;

function imagesOf(parts: readonly Part[]): Uint8Array[] {
  const others = parts.filter(({ name }) => name !== "image");
  if (others.length > 0) {
    const names = [...new Set(others.map(({ name }) => `'${name.slice(0, 40)}'`))].join(", ");
    throw new Problem(
      "form_unknown_field",
      `The form has ${names}; the field with the image is named 'image'.`,
    );
  }
  if (parts.length > 0 && parts.every(({ isFile }) => isFile)) {
    return parts.map(({ bytes }) => bytes);
  }
  throw new Problem(
    "image_missing",
    parts.length > 0
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
