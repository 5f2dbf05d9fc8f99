import { crc32 } from "node:zlib";
import { Buffer } from "node:buffer";
import { Problem } from "../../errors.ts";
import { namedFormat } from "../signature.ts";

/** What IHDR says (PNG specification, third edition, 11.2.1). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: BitDepth;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: ColorType;
  readonly interlaced: boolean;
}

/** Bits a sample. */
export type BitDepth = 1 | 2 | 4 | 8 | 16;
/** The five kinds of pixel. */
export type ColorType = 0 | 2 | 3 | 4 | 6;

/** The chunks of a PNG that bear on its pixels; all others are ignored. */
export interface PngChunks {
  readonly header: PngHeader;
  /** Bytes of PLTE: RGB, RGB, …; empty where there is none. */
  readonly palette: Uint8Array;
  /** Bytes of tRNS; empty where there is none. */
  readonly transparency: Uint8Array;
  /** The zlib stream, as it was cut into IDAT chunks. */
  readonly compressed: readonly Uint8Array[];
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Bit depths that each colour type may have. */
const DEPTHS: Record<ColorType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Samples a pixel of each colour type. */
export const SAMPLES_PER_PIXEL: Record<ColorType, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Reads width and height, and checks the rest of IHDR, without looking further: enough to refuse a
 * picture by its size for the price of 33 bytes.
 *
 * @throws {Problem} `image_empty`, `image_not_png`, `image_truncated` or `image_corrupt`.
 */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  checkSignature(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw truncated(bytes, "inside its header (IHDR)");
  if (view.getUint32(8) !== 13 || chunkType(bytes, 8) !== "IHDR") {
    throw corrupt("its first chunk is not a header (IHDR) of 13 bytes");
  }
  checkCrc(bytes, view, 8, 13);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth = 0, colorType = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29);
  if (width === 0 || height === 0) throw corrupt(`its header says ${width} x ${height} pixels`);
  if (!isColorType(colorType)) throw corrupt(`its colour type is ${colorType}`);
  if (!isBitDepth(bitDepth) || !DEPTHS[colorType].includes(bitDepth)) {
    throw corrupt(`its bit depth is ${bitDepth}, which colour type ${colorType} cannot have`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw corrupt("its compression, filter or interlace method does not exist");
  }
  return { width, height, bitDepth, colorType, interlaced: interlace === 1 };
}

/**
 * Walks the chunks of a PNG and keeps those that make pixels. Checks order, lengths, and the CRC of
 * all that it keeps; an unknown ancillary chunk is passed over, an unknown critical one refused.
 *
 * @throws {Problem} as {@linkcode readPngHeader}.
 */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  const header = readPngHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const none = new Uint8Array(0);
  let palette: Uint8Array = none;
  let transparency: Uint8Array = none;
  const compressed: Uint8Array[] = [];
  for (let at = 33;;) {
    if (at + 12 > bytes.length) throw truncated(bytes, "before its end (IEND)");
    const length = view.getUint32(at);
    const type = chunkType(bytes, at);
    if (length > bytes.length - at - 12) throw truncated(bytes, `inside its chunk ${type}`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    switch (type) {
      case "IDAT":
        checkCrc(bytes, view, at, length);
        if (header.colorType === 3 && palette.length === 0) throw corrupt("it has no palette");
        compressed.push(data);
        break;
      case "PLTE":
        checkCrc(bytes, view, at, length);
        if (length === 0 || length % 3 !== 0 || length > 768) {
          throw corrupt(`its palette has ${length} bytes`);
        }
        palette = data;
        break;
      case "tRNS":
        checkCrc(bytes, view, at, length);
        transparency = checkTransparency(data, header, palette);
        break;
      case "IEND":
        if (compressed.length === 0) throw corrupt("it has no pixels (IDAT)");
        return { header, palette, transparency, compressed };
      default:
        if (isCritical(bytes, at)) throw corrupt(`it has an unknown critical chunk '${type}'`);
    }
    at += length + 12;
  }
}

function checkSignature(bytes: Uint8Array): void {
  if (bytes.length === 0) {
    throw new Problem("image_empty", "The image has 0 bytes; send the bytes of a PNG file.");
  }
  const matches = SIGNATURE.every((byte, i) => i >= bytes.length || bytes[i] === byte);
  if (!matches) {
    if (namedFormat(bytes) === "a PNG") {
      throw corrupt("its signature was changed on the way, as a transfer in text mode does");
    }
    throw new Problem(
      "image_not_png",
      `The image is ${namedFormat(bytes)}, not a PNG; convert it to PNG without loss.`,
    );
  }
  if (bytes.length < SIGNATURE.length) throw truncated(bytes, "inside its signature");
}

function checkTransparency(data: Uint8Array, header: PngHeader, palette: Uint8Array): Uint8Array {
  const wanted = { 0: 2, 2: 6, 3: palette.length / 3, 4: 0, 6: 0 }[header.colorType];
  const fits = header.colorType === 3 ? data.length <= wanted : data.length === wanted;
  if (!fits) throw corrupt(`its transparency (tRNS) has ${data.length} bytes`);
  return data;
}

function checkCrc(bytes: Uint8Array, view: DataView, at: number, length: number): void {
  const covered = Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, length + 4);
  if (crc32(covered) !== view.getUint32(at + 8 + length)) {
    throw corrupt(`the checksum of its chunk ${chunkType(bytes, at)} does not match`);
  }
}

/** Four letters; anything else is shown as a question mark, since it may come from anyone. */
function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8)).replace(/[^A-Za-z]/g, "?");
}

/** A chunk is critical where the first letter of its type is a capital: bit 5 is clear. */
function isCritical(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at + 4] ?? 0) & 0x20) === 0;
}

function isColorType(value: number): value is ColorType {
  return value in DEPTHS;
}

function isBitDepth(value: number): value is BitDepth {
  return [1, 2, 4, 8, 16].includes(value);
}

function truncated(bytes: Uint8Array, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The PNG ends after ${bytes.length} bytes, ${where}; send the whole file.`,
  );
}

/** The problem of a PNG that breaks the specification; `what` completes "The PNG is damaged: …". */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The PNG is damaged: ${what}.`);
}
