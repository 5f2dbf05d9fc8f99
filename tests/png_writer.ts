import { crc32, deflateSync } from "node:zlib";
import { Buffer } from "node:buffer";

/** A chunk of a PNG: its type and data. */
export type Chunk = readonly [type: string, data: Uint8Array | readonly number[]];

/** Creates a PNG of these chunks, with their lengths and checksums. */
export function pngOf(...chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  ];
  for (const [type, data] of chunks) {
    const body = Buffer.concat([Buffer.from(type, "latin1"), Uint8Array.from(data)]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(body));
    parts.push(head, body, tail);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Creates an IHDR chunk. */
export function ihdr(
  width: number,
  height: number,
  bitDepth = 8,
  colorType = 2,
  interlace = 0,
): Chunk {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([bitDepth, colorType, 0, 0, interlace], 8);
  return ["IHDR", data];
}

/** Creates an IDAT chunk of these rows, each with the filter byte 0 (None). */
export function idat(rows: readonly (Uint8Array | readonly number[])[]): Chunk {
  return ["IDAT", deflateSync(Buffer.concat(rows.map((row) => Buffer.from([0, ...row]))))];
}

/** The IEND chunk. */
export const iend: Chunk = ["IEND", []];

/** Creates a 64 x 64 RGB PNG whose samples all have one value. */
export function grayPatch(value: number): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(64 * 3).fill(value);
  return pngOf(ihdr(64, 64), idat(Array.from({ length: 64 }, () => row)), iend);
}
