import { Problem } from "../errors.ts";

/** How a body is read. */
export interface BodyOptions {
  /** More bytes than this are refused. */
  readonly most: number;
  /** Told how many bytes have arrived, as they do; may throw to refuse the rest. */
  readonly onBytes: (soFar: number) => void;
  /** Fires when it has taken too long, or the client has left. */
  readonly signal: AbortSignal;
}

/**
 * Reads the whole body of a request. What its Content-Length declares is looked at before a byte is
 * read; without one, the bytes are counted as they come.
 *
 * @throws {Problem} `body_too_large`, `request_invalid` when the connection breaks, or the reason of
 * the signal.
 */
export async function readBody(
  request: Request,
  { most, onBytes, signal }: BodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    const length = Number(declared);
    if (length > most) throw tooLarge(most);
    onBytes(length);
    return new Uint8Array(await until(signal, request.arrayBuffer()));
  }
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await until(signal, reader.read());
      if (done) break;
      length += value.length;
      if (length > most) throw tooLarge(most);
      onBytes(length);
      chunks.push(value);
    }
  } catch (thrown) {
    reader.cancel().catch(() => {});
    throw thrown;
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/** Waits for bytes, but not longer than the signal lets. */
function until<T>(signal: AbortSignal, bytes: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) return give();
    signal.addEventListener("abort", give, { once: true });
    bytes.then(resolve, () => {
      reject(new Problem("request_invalid", "The request's body did not arrive whole."));
    }).finally(() => signal.removeEventListener("abort", give));
  });
}

function tooLarge(most: number): Problem {
  return new Problem(
    "body_too_large",
    `The request body has more than ${most} bytes; send less at a time.`,
  );
}
