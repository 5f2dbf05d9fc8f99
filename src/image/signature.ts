/** The first bytes of common formats, and their names with an article, for messages. */
const SIGNATURES = [
  ["a PNG", 0, [0x89, 0x50, 0x4e, 0x47]],
  ["a JPEG", 0, [0xff, 0xd8, 0xff]],
  ["a TIFF", 0, [0x49, 0x49, 0x2a, 0x00]],
  ["a TIFF", 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ["a BigTIFF", 0, [0x49, 0x49, 0x2b, 0x00]],
  ["a BigTIFF", 0, [0x4d, 0x4d, 0x00, 0x2b]],
  ["a GIF", 0, [0x47, 0x49, 0x46, 0x38]],
  ["a BMP", 0, [0x42, 0x4d]],
  ["a WebP", 8, [0x57, 0x45, 0x42, 0x50]],
  ["a JPEG 2000", 4, [0x6a, 0x50, 0x20, 0x20]],
  ["an AVIF or HEIC", 4, [0x66, 0x74, 0x79, 0x70]],
  ["a PDF", 0, [0x25, 0x50, 0x44, 0x46]],
  ["a ZIP", 0, [0x50, 0x4b, 0x03, 0x04]],
  ["a gzip", 0, [0x1f, 0x8b]],
] as const satisfies readonly (readonly [name: string, at: number, bytes: readonly number[]])[];

/** The name of a format that has a signature, with an article. */
export type FormatName = (typeof SIGNATURES)[number][0];

/**
 * Returns the name of a file's format, recognized by its first bytes.
 *
 * @returns `undefined` for a format without a signature.
 */
export function recognizeFormat(bytes: Uint8Array): FormatName | undefined {
  return SIGNATURES.find(([, at, signature]) =>
    signature.every((byte, i) => bytes[at + i] === byte)
  )?.[0];
}

/**
 * Returns the words that name a file's format in a message, with its first bytes for an unknown format.
 *
 * @example
 * ```ts
 * import { describeFormat } from "./signature.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(describeFormat(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])), "a JPEG");
 * equal(describeFormat(new TextEncoder().encode("hello")), "of an unknown format (it begins 68 65 6c 6c)");
 * ```
 */
export function describeFormat(bytes: Uint8Array): string {
  const name = recognizeFormat(bytes);
  if (name !== undefined) return name;
  const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `of an unknown format (it begins ${start.join(" ")})`;
}
