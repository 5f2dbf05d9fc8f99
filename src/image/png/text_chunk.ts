import { Buffer } from "node:buffer";
import { chunk } from "./plain_png.ts";

/** Bytes of IEND, the last chunk. */
const IEND_LENGTH = 12;

/**
 * Adds a text in UTF-8 (iTXt, PNG specification, third edition, 11.3.3.4) to a PNG, before its end.
 *
 * @param png A PNG that ends with IEND.
 * @param keyword 1 to 79 letters of ASCII.
 */
export function addText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  // After the keyword: not compressed, compression method 0, no language, no translated keyword.
  const data = Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`), Buffer.from(text)]);
  const end = png.length - IEND_LENGTH;
  return Buffer.concat([png.subarray(0, end), chunk("iTXt", data), png.subarray(end)]);
}

/** Reads a text that {@linkcode addText} added; undefined if there is none. */
export function readText(png: Uint8Array, keyword: string): string | undefined {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  const start = Buffer.from(`${keyword}\0\0\0\0\0`);
  for (let at = 8; at + IEND_LENGTH <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const isText = bytes.toString("latin1", at + 4, at + 8) === "iTXt";
    if (isText && data.subarray(0, start.length).equals(start)) {
      return data.toString("utf8", start.length);
    }
    at += length + IEND_LENGTH;
  }
  return undefined;
}
