import { Problem } from "../errors.ts";
import { nextTurn } from "./turns.ts";

/** The accepted values of Content-Encoding, and the format of each. `deflate` means zlib (RFC 9110). */
const FORMATS: Readonly<Record<string, CompressionFormat | undefined>> = {
  "gzip": "gzip",
  "x-gzip": "gzip",
  "deflate": "deflate",
};

/** The accepted encodings, for the header `Accept-Encoding` of a 415. */
export const ACCEPTED_ENCODINGS = "gzip, deflate";

/** Compressed bytes per step. They inflate to at most 1 MiB, so that other requests wait only briefly. */
const PIECE_BYTES = 1024;

/** Inflated bytes after which other requests run. Bodies that compress little then take few turns. */
const BYTES_PER_TURN = 512 * 1024;

/**
 * Returns the format of a compressed body; undefined when the body is not compressed.
 *
 * @param contentEncoding The header Content-Encoding.
 * @throws {Problem} `encoding_unsupported`.
 */
export function compressionFormat(contentEncoding: string | null): CompressionFormat | undefined {
  const name = contentEncoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") return undefined;
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format !== undefined) return format;
  throw new Problem(
    "encoding_unsupported",
    `The body has Content-Encoding '${
      name.slice(0, 40)
    }'; accepted are ${ACCEPTED_ENCODINGS} and none.`,
  );
}

/** Limits of {@linkcode inflateBody}. */
export interface InflateOptions {
  readonly maxBytes: number;
  /** Called with the number of bytes so far. May throw to refuse the rest. */
  readonly onBytes: (inflated: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Inflates a body. Stops as soon as the result has more than `maxBytes`.
 *
 * @throws {Problem} `body_too_large`, `request_invalid` when the body is damaged, or the signal's reason.
 */
export async function inflateBody(
  body: Uint8Array<ArrayBuffer>,
  format: CompressionFormat,
  { maxBytes, onBytes, signal }: InflateOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let at = 0;
  let lengthAtTurn = -Infinity;
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (length - lengthAtTurn >= BYTES_PER_TURN) {
        await nextTurn();
        lengthAtTurn = length;
      }
      if (at >= body.length) return controller.close();
      controller.enqueue(body.subarray(at, at += PIECE_BYTES));
    },
  }, { highWaterMark: 0 });
  const reader = pieces.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      length += value.length;
      if (length > maxBytes) {
        throw new Problem(
          "body_too_large",
          `The request body inflates to more than ${maxBytes} bytes; send less data per request.`,
        );
      }
      onBytes(length);
      chunks.push(value);
    }
  } catch (thrown) {
    reader.cancel().catch(() => {});
    if (thrown instanceof Problem || signal.aborted) throw thrown;
    throw new Problem("request_invalid", `The request body is not valid ${format}, or is cut off.`);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
