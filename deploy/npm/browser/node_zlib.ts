/**
 * Replaces `node:zlib` in browsers: the functions that the readers of images use, with the errors that they
 * look for. pako checks the Adler-32 at the end of a stream, as zlib does.
 *
 * @module
 */
// @ts-types="npm:@types/pako@2.0.4"
import pako from "npm:pako@2.1.0";

/** zlib's code of a stream that ends too early. */
const Z_BUF_ERROR = -5;

/** The CRC-32 of PNG chunks (ISO 3309), for each byte value. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Computes a CRC-32, 0 to 2^32 - 1. */
export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/** Compresses bytes as a zlib stream. */
export function deflateSync(data: Uint8Array, { level }: { readonly level: 0 }): Uint8Array {
  return pako.deflate(data, { level });
}

/**
 * Inflates a zlib stream.
 *
 * @throws {Error} with zlib's `code`: `ERR_BUFFER_TOO_LARGE`, `Z_BUF_ERROR` or `Z_DATA_ERROR`.
 */
export function inflateSync(
  data: Uint8Array,
  { maxOutputLength }: { readonly maxOutputLength: number },
): Uint8Array {
  const inflated = new Uint8Array(maxOutputLength);
  let length = 0;
  const inflator = new pako.Inflate({ chunkSize: 1 << 20 });
  inflator.onData = (chunk) => {
    const part = chunk as Uint8Array;
    if (length + part.length > maxOutputLength) throw failure("ERR_BUFFER_TOO_LARGE");
    inflated.set(part, length);
    length += part.length;
  };
  inflator.push(data, true);
  if (inflator.err === Z_BUF_ERROR || (inflator.err === 0 && !isEnded(inflator))) {
    throw failure("Z_BUF_ERROR");
  }
  if (inflator.err !== 0) throw failure("Z_DATA_ERROR");
  return inflated.subarray(0, length);
}

/** Returns whether the stream came to its end; pako's types leave this property out. */
function isEnded(inflator: object): boolean {
  return "ended" in inflator && inflator.ended === true;
}

function failure(code: string): Error {
  return Object.assign(new Error("The stream cannot be inflated."), { code });
}
