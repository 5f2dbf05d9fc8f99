import { Problem } from "../../errors.ts";
import { onCancel } from "../../worker/cancel.ts";
import { allowedUrl, plainUrl } from "./allowed_urls.ts";
import type { ByteRange, ByteSource } from "./byte_source.ts";
import { type RangeAnswer, requestRange } from "./http_range.ts";
import { ReadAhead } from "./read_ahead.ts";

/** Bytes that are read when a file is opened; most headers fit. */
const START_BYTES = 65_536;

/** Maximum size of a file that is read whole because its server ignores ranges. */
const MAX_WHOLE_BYTES = 32 << 20;

/**
 * Opens a file on a server for reading parts of it with range requests (RFC 9110, section 14).
 *
 * @param allowed Beginnings of the addresses that may be read, redirects included.
 * @throws {Problem} `slide_not_allowed`; `slide_unreachable` if the server fails, or if it ignores ranges
 * and the file is large.
 */
export async function openHttpSource(
  address: string,
  allowed: readonly string[],
  signal?: AbortSignal,
): Promise<ByteSource> {
  const url = allowedUrl(address, undefined, allowed);
  const answer = await requestRange(url, { offset: 0, length: START_BYTES }, {
    allowed,
    maxWholeBytes: MAX_WHOLE_BYTES,
    signal,
  });
  return new HttpSource(url, allowed, answer);
}

class HttpSource implements ByteSource {
  readonly name: string;
  readonly length: number;
  readonly version: string;
  readonly isRemote = true;
  readonly #url: URL;
  readonly #allowed: readonly string[];
  readonly #validator: string;
  /** The first bytes; all of them if the server ignores ranges. */
  readonly #start: Uint8Array;
  readonly #readAhead: ReadAhead;
  readonly #closed = new AbortController();

  constructor(url: URL, allowed: readonly string[], answer: RangeAnswer) {
    this.name = plainUrl(url);
    this.length = answer.total;
    this.version = `${answer.total} bytes of ${answer.validator || "an unknown version"}`;
    this.#url = url;
    this.#allowed = allowed;
    this.#validator = answer.validator;
    this.#start = answer.bytes;
    this.#readAhead = new ReadAhead(answer.total, (range) => this.#request(range, undefined));
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (offset + length <= this.#start.length) return this.#start.subarray(offset, offset + length);
    return await this.#request({ offset, length }, signal);
  }

  async readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    signal?.throwIfAborted();
    if (this.#start.length === this.length) {
      return ranges.map(({ offset, length }) => this.#start.subarray(offset, offset + length));
    }
    // Other calls may wait for the same bytes, so the signal ends this call and not the requests.
    return await unlessAborted(this.#readAhead.readMany(ranges), signal);
  }

  close(): void {
    this.#closed.abort(new DOMException("The slide was closed.", "AbortError"));
  }

  async #request(range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const stop = signal === undefined
      ? this.#closed.signal
      : AbortSignal.any([signal, this.#closed.signal]);
    const { bytes, total, validator } = await requestRange(this.#url, range, {
      allowed: this.#allowed,
      maxWholeBytes: 0,
      signal: stop,
    });
    if (total === this.length && validator === this.#validator) return bytes;
    throw new Problem(
      "slide_changed",
      `${this.name} was replaced while it was read: it had ${this.version}, and now has ${total} ` +
        `bytes of ${validator || "an unknown version"}. Search it again.`,
    );
  }
}

/** Waits for a promise. If the signal aborts first, throws its reason. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stopListening = onCancel(signal, aborted.reject);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    stopListening();
    promise.catch(() => {});
  }
}
