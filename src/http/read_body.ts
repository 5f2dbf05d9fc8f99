import { Problem } from "../errors.ts";
import { nextTurn } from "./turns.ts";

/** Limits and callbacks of {@linkcode readBody}. */
export interface ReadBodyOptions {
  /** The largest accepted body, in bytes. */
  readonly maxBytes: number;
  /** Called with the number of bytes so far; not called for small bodies. May throw to refuse the rest. */
  readonly onBytes: (received: number) => void;
  /** Aborts when the body takes too long, or the client disconnects. */
  readonly signal: AbortSignal;
}

/** Bodies of up to this size are read in one call, which is faster. */
const SMALL_BODY_BYTES = 64 * 1024;

/** Bytes that are read or copied before other requests run. A copy of so many takes less than a millisecond. */
const BYTES_PER_TURN = 1024 * 1024;

/** Returns the Content-Length of a request; undefined when it declares none. */
export function declaredBytes(request: Request): number | undefined {
  const declared = request.headers.get("content-length");
  return declared === null ? undefined : Number(declared);
}

/**
 * Reads the whole body of a request. Checks Content-Length before it reads a byte, and counts the bytes
 * as they arrive.
 *
 * @throws {Problem} `body_too_large`; `request_invalid` when the connection breaks; or the signal's
 * reason.
 */
export async function readBody(
  request: Request,
  { maxBytes, onBytes, signal }: ReadBodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = declaredBytes(request);
  if (declared !== undefined && declared > maxBytes) throw tooLarge(maxBytes);
  if (declared !== undefined && declared <= SMALL_BODY_BYTES) {
    return new Uint8Array(await abortable(signal, request.arrayBuffer()));
  }
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let lengthAtTurn = 0;
  try {
    for (;;) {
      if (length - lengthAtTurn >= BYTES_PER_TURN) {
        await nextTurn();
        lengthAtTurn = length;
      }
      const { done, value } = await abortable(signal, reader.read());
      if (done) break;
      length += value.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      onBytes(length);
      chunks.push(value);
    }
  } catch (thrown) {
    reader.cancel().catch(() => {});
    throw thrown;
  }
  return await concatenate(chunks, length);
}

async function concatenate(
  chunks: readonly Uint8Array[],
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(length);
  let offset = 0;
  let offsetAtTurn = 0;
  for (const chunk of chunks) {
    if (offset - offsetAtTurn >= BYTES_PER_TURN) {
      await nextTurn();
      offsetAtTurn = offset;
    }
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

/** Waits for bytes, and rejects with the signal's reason when the signal aborts first. */
function abortable<T>(signal: AbortSignal, bytes: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    bytes.then(resolve, () => {
      reject(
        new Problem(
          "request_invalid",
          "The connection broke before the whole request body arrived; send the request again.",
        ),
      );
    }).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem(
    "body_too_large",
    `The request body has more than ${maxBytes} bytes; send less data per request.`,
  );
}
