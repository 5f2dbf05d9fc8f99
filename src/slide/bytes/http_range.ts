import { Problem } from "../../errors.ts";
import { onCancel } from "../../worker/cancel.ts";
import { allowedUrl, plainUrl } from "./allowed_urls.ts";
import type { ByteRange } from "./byte_source.ts";

/** The answer of a server to the request of a range. */
export interface RangeAnswer {
  /** The bytes of the range, or fewer at the end of the file; the whole file where ranges are ignored. */
  readonly bytes: Uint8Array;
  /** Bytes of the whole file. */
  readonly total: number;
  /** ETag, else Last-Modified; empty if the server sends neither. */
  readonly validator: string;
}

/** How a range is requested. */
interface RangeOptions {
  readonly allowed: readonly string[];
  /** Maximum size of a whole file that is accepted in place of the range, in bytes. */
  readonly maxWholeBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Maximum number of requests, and the pause after the first one, which doubles up to a maximum. */
const [MAX_ATTEMPTS, FIRST_PAUSE_MS, MAX_PAUSE_MS] = [6, 200, 10_000];

/** Time for one request, its body included. */
const ATTEMPT_TIMEOUT_MS = 60_000;

const MAX_REDIRECTS = 5;

/** Answers after which the same request may succeed (RFC 9110). */
const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];

/** A failure after which the request is sent again. */
class TransientFailure extends Error {
  /** Milliseconds that the server asks to wait. */
  readonly pauseMs: number;

  constructor(message: string, pauseMs = 0) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/**
 * Requests a range of a file. Repeats a failed request after growing pauses.
 *
 * @throws {Problem} `slide_unreachable`, `slide_not_allowed`, `slide_changed`; the reason of the signal.
 */
export async function requestRange(
  url: URL,
  range: ByteRange,
  options: RangeOptions,
): Promise<RangeAnswer> {
  const { signal } = options;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await requestOnce(url, range, options);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof TransientFailure)) throw thrown;
      if (attempt === MAX_ATTEMPTS) {
        throw unreachable(url, `${thrown.message}, ${MAX_ATTEMPTS} times in a row`);
      }
      const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
      await wait(Math.min(MAX_PAUSE_MS, Math.max(pause, thrown.pauseMs)), signal);
    }
  }
}

async function requestOnce(
  url: URL,
  { offset, length }: ByteRange,
  { allowed, maxWholeBytes, signal }: RangeOptions,
): Promise<RangeAnswer> {
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const response = await follow(url, `bytes=${offset}-${offset + length - 1}`, allowed, stop);
  try {
    const validator = response.headers.get("ETag") ?? response.headers.get("Last-Modified") ?? "";
    if (response.status === 200) {
      const total = Number(response.headers.get("Content-Length") ?? NaN);
      if (!(total <= maxWholeBytes)) {
        throw unreachable(
          url,
          "its server ignores range requests and would send the whole file each time; serve it from " +
            "one that answers 206 to Range, or download it",
        );
      }
      return { bytes: await bodyOf(response, total), total, validator };
    }
    if (response.status !== 206) throw refusalOf(url, response);
    const { start, end, total } = contentRange(url, response);
    const wanted = Math.min(offset + length, total);
    if (start !== offset || end !== wanted) {
      throw new TransientFailure(
        `the server sent bytes ${start} to ${end - 1}, which were not requested`,
      );
    }
    return { bytes: await bodyOf(response, end - start), total, validator };
  } finally {
    // An unread body would keep the connection open.
    await response.body?.cancel().catch(() => {});
  }
}

/** Sends a request and follows redirects to addresses that are allowed. */
async function follow(
  first: URL,
  range: string,
  allowed: readonly string[],
  signal: AbortSignal,
): Promise<Response> {
  let url = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(url, range, signal);
    const location = response.headers.get("Location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = allowedUrl(location, url, allowed);
  }
  throw unreachable(first, `the server redirects more than ${MAX_REDIRECTS} times`);
}

async function send(url: URL, range: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { "Range": range, "Accept-Encoding": "identity" },
      redirect: "manual",
      signal,
    });
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotCapable) {
      throw unreachable(url, `the program may not connect to ${url.host} (--allow-net)`);
    }
    throw new TransientFailure("the connection failed");
  }
}

/** Reads a body, which must have `length` bytes. */
async function bodyOf(response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  try {
    for await (const part of response.body ?? []) {
      if (at + part.length > length) throw new TransientFailure("the server sent too many bytes");
      bytes.set(part, at);
      at += part.length;
    }
  } catch (thrown) {
    if (thrown instanceof TransientFailure) throw thrown;
    throw new TransientFailure("the connection broke off");
  }
  if (at < length) throw new TransientFailure("the connection broke off");
  return bytes;
}

/** Parses the Content-Range of a single range (RFC 9110, section 14.4); `end` is behind the last byte. */
function contentRange(url: URL, { headers }: Response) {
  const [, start, last, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("Content-Range") ?? "") ?? [];
  if (total === undefined) {
    throw unreachable(url, "the server answers 206 without saying how long the whole file is");
  }
  return { start: Number(start), end: Number(last) + 1, total: Number(total) };
}

function refusalOf(url: URL, { status, headers }: Response): Error {
  if (TRANSIENT.includes(status)) {
    const seconds = Number(headers.get("Retry-After") ?? NaN);
    return new TransientFailure(`the server answered ${status}`, 1000 * (seconds || 0));
  }
  if (status === 412 || status === 416) {
    return new Problem(
      "slide_changed",
      `${plainUrl(url)} is shorter than when it was opened, or empty. Search it again.`,
    );
  }
  return unreachable(url, `the server answered ${status}`);
}

function unreachable(url: URL, why: string): Problem {
  return new Problem("slide_unreachable", `${plainUrl(url)} cannot be read: ${why}.`);
}

/** Waits. If the signal aborts first, throws its reason. */
async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stopListening = onCancel(signal, () => resolve());
  await promise;
  stopListening();
  clearTimeout(timer);
  signal?.throwIfAborted();
}
