import {
  MaxPartsExceededError,
  type MultipartPart,
  parseMultipart,
} from "@remix-run/multipart-parser";
import { Problem } from "../errors.ts";

/** What a field of a form holds: the bytes of a file, or text. */
type FormValue = Uint8Array<ArrayBuffer> | string;

/** Fields that a form may have beside its images, before it is refused. */
const OTHER_PARTS = 16;

/** The entries of a form, in order. */
export class UploadedForm {
  readonly #entries: readonly (readonly [name: string, value: FormValue])[];

  constructor(entries: readonly (readonly [name: string, value: FormValue])[]) {
    this.#entries = entries;
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

  forEach(visit: (value: FormValue, name: string) => void): void {
    for (const [name, value] of this.#entries) visit(value, name);
  }
}

/**
 * Reads a body of `multipart/form-data` (RFC 7578).
 *
 * @param contentType The header, with the boundary.
 * @param mostImages Images that the form may have.
 * @throws {Problem} `form_malformed` or `too_many_images`.
 */
export async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  mostImages: number,
): Promise<UploadedForm> {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare?.trim();
  if (boundary === undefined) {
    throw new Problem(
      "form_malformed",
      "The Content-Type multipart/form-data has no boundary; let the HTTP client set this header.",
    );
  }
  const form = await entriesOf(partsOf(body, boundary, mostImages), body, contentType);
  if (form.images.length > mostImages) {
    throw new Problem(
      "too_many_images",
      `The form has ${form.images.length} images; send ${mostImages} at most in one request.`,
    );
  }
  return form;
}

/** The parts, cut out but not looked into; they are counted as they are found. */
function partsOf(body: Uint8Array, boundary: string, mostImages: number): MultipartPart[] {
  const maxParts = mostImages + OTHER_PARTS;
  const [maxFileSize, maxTotalSize] = [body.length, body.length];
  try {
    return [...parseMultipart(body, { boundary, maxParts, maxFileSize, maxTotalSize })];
  } catch (thrown) {
    if (!(thrown instanceof MaxPartsExceededError)) throw malformed();
    throw new Problem(
      "too_many_images",
      `The form has more than ${maxParts} parts; send ${mostImages} images at most in one request.`,
    );
  }
}

async function entriesOf(
  parts: readonly MultipartPart[],
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<UploadedForm> {
  try {
    return new UploadedForm(parts.map((part) => [
      part.name ?? "",
      part.isFile ? new Uint8Array(part.bytes) : part.text,
    ]));
  } catch {
    return await readLeniently(body, contentType);
  }
}

/**
 * The platform's own parser, ten times slower, for what the other does not take: names of files in
 * another encoding than UTF-8.
 */
async function readLeniently(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<UploadedForm> {
  try {
    const response = new Response(body, { headers: { "content-type": contentType } });
    const entries = [...await response.formData()].map(async ([name, value]) =>
      [name, typeof value === "string" ? value : new Uint8Array(await value.arrayBuffer())] as const
    );
    return new UploadedForm(await Promise.all(entries));
  } catch {
    throw malformed();
  }
}

function malformed(): Problem {
  return new Problem(
    "form_malformed",
    "The body is not the multipart/form-data that its Content-Type announces.",
  );
}
