import { crc32 } from "node:zlib";
import { Buffer } from "node:buffer";
import { Problem } from "../../errors.ts";
import { describeFormat, recognizeFormat } from "../signature.ts";

/** The values of IHDR (PNG specification, third edition, 11.2.1). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha. */
  readonly colorType: ColorType;
  readonly interlaced: boolean;
}

/** The color types that PNG has. */
export type ColorType = 0 | 2 | 3 | 4 | 6;

/** The chunks of a PNG that affect its pixels. All others are ignored. */
export interface PngChunks {
  readonly header: PngHeader;
  /** The bytes of PLTE (RGB, RGB, …) for a picture with a palette; else empty. */
  readonly palette: Uint8Array;
  /** The bytes of tRNS if they fit the color type; else empty. */
  readonly transparency: Uint8Array;
  /** The data of all consecutive IDAT chunks: a zlib stream, unchecked. */
  readonly compressed: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Bit depths that each color type may have. */
const DEPTHS: Record<ColorType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Samples per pixel of each color type. */
export const SAMPLES_PER_PIXEL: Record<ColorType, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Maximum number of chunks; a large file may have one more per 1,024 bytes. Programs write 8 KiB per chunk. */
const [MAX_CHUNKS, BYTES_PER_FURTHER_CHUNK] = [10_000, 1024];

/**
 * Reads and checks the signature and IHDR, the first 33 bytes: enough to refuse a picture by its size.
 *
 * @throws {Problem} `image_empty`, `image_not_png`, `image_truncated`, `image_corrupt`, or
 * `image_unsupported` for Apple's CgBI.
 */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  checkSignature(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw truncated(bytes, "inside its header (IHDR)");
  if (chunkType(bytes, 8) === "CgBI") throw appleVariant();
  if (view.getUint32(8) !== 13 || chunkType(bytes, 8) !== "IHDR") {
    throw corrupt("its first chunk is not a header (IHDR) of 13 bytes");
  }
  checkCrc(bytes, view, 8, 13);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const [bitDepth = 0, colorType = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29);
  if (width === 0 || height === 0) throw corrupt(`its header says ${width} x ${height} pixels`);
  if (!isColorType(colorType)) throw corrupt(`its color type is ${colorType}`);
  if (!DEPTHS[colorType].includes(bitDepth)) {
    throw corrupt(`its bit depth is ${bitDepth}, which color type ${colorType} cannot have`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw corrupt("its compression, filter or interlace method does not exist");
  }
  return { width, height, bitDepth, colorType, interlaced: interlace === 1 };
}

/**
 * Reads the chunks of a PNG that affect its pixels. Checks the order, number and lengths of all chunks, and
 * the CRC of those that it returns. Ignores the same chunks as libpng: unknown ancillary ones, a tRNS that
 * does not fit or is in the wrong place, and an IDAT that does not directly follow the other ones.
 *
 * @throws {Problem} as {@linkcode readPngHeader}, and `image_unsupported` for too many chunks.
 */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  const header = readPngHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let palette = new Uint8Array(0);
  let transparency = new Uint8Array(0);
  const compressed: Uint8Array[] = [];
  let interrupted = false;
  for (const { type, at, data, critical } of chunksBehindHeader(bytes)) {
    const behindPixels = compressed.length > 0;
    if (type !== "IDAT" && behindPixels) interrupted = true;
    if (type === "IDAT") {
      if (interrupted) continue;
      if (header.colorType === 3 && palette.length === 0) throw corrupt("it has no palette");
      checkCrc(bytes, view, at, data.length);
      compressed.push(data);
    } else if (type === "PLTE") {
      if (header.colorType !== 3 || behindPixels) continue;
      checkCrc(bytes, view, at, data.length);
      if (palette.length > 0) throw corrupt("it has two palettes");
      palette = checkedPalette(data, header);
    } else if (type === "tRNS") {
      if (behindPixels || transparency.length > 0) continue;
      if (!fitsTransparency(data, header, palette)) continue;
      checkCrc(bytes, view, at, data.length);
      transparency = new Uint8Array(data);
    } else if (critical && type !== "IEND") {
      throw corrupt(`it has an unknown critical chunk '${type}'`);
    }
  }
  if (compressed.length === 0) throw corrupt("it has no pixels (IDAT)");
  return { header, palette, transparency, compressed: Buffer.concat(compressed) };
}

/** One chunk of a file. */
interface Chunk {
  /** Four letters; anything else is shown as a question mark. */
  readonly type: string;
  /** Its offset in the file. */
  readonly at: number;
  readonly data: Uint8Array;
  /** Whether a reader must know it to show the picture: bit 5 of the first letter is clear. */
  readonly critical: boolean;
}

/**
 * Yields the chunks behind IHDR, up to and including IEND. Checks their lengths, but not their CRCs.
 *
 * @throws {Problem} `image_truncated`, or `image_unsupported` for too many chunks.
 */
export function* chunksBehindHeader(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const maxChunks = MAX_CHUNKS + Math.floor(bytes.length / BYTES_PER_FURTHER_CHUNK);
  let at = 33;
  for (let count = 0; count < maxChunks; count++) {
    if (at + 12 > bytes.length) throw truncated(bytes, "before its end (IEND)");
    const length = view.getUint32(at);
    const type = chunkType(bytes, at);
    if (length > bytes.length - at - 12) throw truncated(bytes, `inside its chunk ${type}`);
    const critical = ((bytes[at + 4] ?? 0) & 0x20) === 0;
    yield { type, at, data: bytes.subarray(at + 8, at + 8 + length), critical };
    if (type === "IEND") return;
    at += length + 12;
  }
  throw new Problem(
    "image_unsupported",
    `The PNG has more than ${maxChunks} chunks, the maximum for ${bytes.length} bytes; ` +
      "save it again with another program.",
  );
}

function checkSignature(bytes: Uint8Array): void {
  if (bytes.length === 0) {
    throw new Problem("image_empty", "The image has 0 bytes; send the bytes of a PNG file.");
  }
  const matches = SIGNATURE.every((byte, i) => i >= bytes.length || bytes[i] === byte);
  if (!matches) {
    if (recognizeFormat(bytes) === "a PNG") {
      throw corrupt("its signature was changed on the way, as a transfer in text mode does");
    }
    throw new Problem(
      "image_not_png",
      `The image is ${describeFormat(bytes)}, not a PNG; convert it to PNG without loss.`,
    );
  }
  if (bytes.length < SIGNATURE.length) throw truncated(bytes, "inside its signature");
}

/** Returns the palette without colors that the bit depth cannot refer to. */
function checkedPalette(data: Uint8Array, { bitDepth }: PngHeader): Uint8Array<ArrayBuffer> {
  if (data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
    throw corrupt(`its palette has ${data.length} bytes, not 3 to 768 in steps of 3`);
  }
  return new Uint8Array(data.subarray(0, 3 * 2 ** bitDepth));
}

/** Returns whether tRNS is one gray value, one RGB color, or at most one alpha per color of the palette. */
function fitsTransparency(data: Uint8Array, header: PngHeader, palette: Uint8Array): boolean {
  switch (header.colorType) {
    case 0:
      return data.length === 2;
    case 2:
      return data.length === 6;
    case 3:
      return data.length > 0 && data.length <= palette.length / 3;
    default:
      return false;
  }
}

function checkCrc(bytes: Uint8Array, view: DataView, at: number, length: number): void {
  if (!hasRightCrc(bytes, view, at, length)) {
    throw corrupt(`the checksum of its chunk ${chunkType(bytes, at)} does not match`);
  }
}

/** Returns whether the CRC of the chunk at `at` matches its type and its data of `length` bytes. */
export function hasRightCrc(bytes: Uint8Array, view: DataView, at: number, length: number) {
  const covered = Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, length + 4);
  return crc32(covered) === view.getUint32(at + 8 + length);
}

/** The types that most chunks have, by their four bytes as a number: looking them up is faster. */
const COMMON_TYPES = new Map(
  ["IDAT", "IEND", "PLTE", "tRNS"].map((type) => [Buffer.from(type).readUInt32BE(), type]),
);

/** Returns the type of a chunk. Replaces bytes that are not letters, so that messages stay printable. */
function chunkType(bytes: Uint8Array, at: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]];
  const common = COMMON_TYPES.get((a << 24 | b << 16 | c << 8 | d) >>> 0);
  return common ??
    String.fromCharCode(...bytes.subarray(at + 4, at + 8)).replace(/[^A-Za-z]/g, "?");
}

function isColorType(value: number): value is ColorType {
  return value in DEPTHS;
}

function appleVariant(): Problem {
  return new Problem(
    "image_unsupported",
    "The image is in Apple's variant of PNG (CgBI), which Xcode makes; a standard PNG is accepted. " +
      "On a Mac with Xcode, 'xcrun -sdk iphoneos pngcrush -revert-iphone-optimizations IN.png " +
      "OUT.png' makes one.",
  );
}

function truncated(bytes: Uint8Array, where: string): Problem {
  return new Problem(
    "image_truncated",
    `The PNG ends after ${bytes.length} bytes, ${where}; send the whole file.`,
  );
}

/** Creates the problem of a PNG that breaks the specification. `what` completes "The PNG is damaged: …". */
export function corrupt(what: string): Problem {
  return new Problem("image_corrupt", `The PNG is damaged: ${what}.`);
}
