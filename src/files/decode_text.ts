/**
 * Decodes the bytes of a text file: UTF-8 or UTF-16, with or without a byte order mark, otherwise
 * Windows-1252, in which Excel saves CSV on Windows. Removes the byte order mark.
 *
 * @example
 * ```ts
 * import { decodeText } from "./decode_text.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(decodeText(new Uint8Array([0xff, 0xfe, 0x61, 0x00])), "a");
 * equal(decodeText(new Uint8Array([0x6d, 0xfc])), "mü");
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  // Without a mark, the text should begin with an ASCII letter. In UTF-16, one byte of this letter is 0.
  if (second === 0 && first !== 0) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0 && second !== 0 && bytes.length > 1) {
    return new TextDecoder("utf-16be").decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
