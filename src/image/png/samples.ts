import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { messageOf, Problem } from "../../errors.ts";
import { corrupt, type PngChunks, type PngHeader, SAMPLES_PER_PIXEL } from "./chunks.ts";
import { type Samples, unfilter } from "./unfilter.ts";

/** One reduced image of an Adam7 interlaced PNG, or the whole of one that is not interlaced. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

/** Where the seven passes begin and how far apart their pixels lie (PNG specification, 8.1). */
const ADAM7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
] as const;

/** Bytes that are inflated at a time: zlib takes no fewer, and more make it no faster. */
const [SMALLEST_CHUNK, LARGEST_CHUNK] = [64, 256 * 1024];

/**
 * Inflates and unfilters the pixels: one number a sample, `[height, width, samples per pixel]`,
 * uint16 at 16 bits a sample and uint8 at any other depth, not scaled.
 *
 * @throws {Problem} `image_bomb`, `image_truncated` or `image_corrupt`.
 */
export function readSamples({ header, compressed }: PngChunks): Samples {
  const passes = passesOf(header);
  const scanlines = inflate(compressed, passes, header);
  if (!header.interlaced) return unpack(unfilter(scanlines, header), header, header);
  const channels = SAMPLES_PER_PIXEL[header.colorType];
  const length = header.width * header.height * channels;
  const whole = header.bitDepth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  let from = 0;
  for (const pass of passes) {
    const bytes = scanlinesLength(pass, header);
    const reduced = { ...header, width: pass.width, height: pass.height };
    const packed = unfilter(scanlines.subarray(from, from + bytes), reduced);
    spread(unpack(packed, reduced, header), pass, whole, header.width, channels);
    from += bytes;
  }
  return whole;
}

function passesOf({ width, height, interlaced }: PngHeader): Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  return ADAM7.map((pass) => ({
    ...pass,
    width: Math.ceil((width - pass.x) / pass.dx),
    height: Math.ceil((height - pass.y) / pass.dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

function rowLength(width: number, { bitDepth, colorType }: PngHeader): number {
  return Math.ceil((width * bitDepth * SAMPLES_PER_PIXEL[colorType]) / 8);
}

/** Each row is preceded by one byte that names its filter. */
function scanlinesLength(pass: Pass, header: PngHeader): number {
  return pass.height * (1 + rowLength(pass.width, header));
}

/** Inflates to the length that the header promises and not a byte further. */
function inflate(
  compressed: readonly Uint8Array[],
  passes: readonly Pass[],
  header: PngHeader,
): Uint8Array {
  const expected = passes.reduce((sum, pass) => sum + scanlinesLength(pass, header), 0);
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(Buffer.concat(compressed), {
      maxOutputLength: expected,
      chunkSize: Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, expected)),
    });
  } catch (thrown) {
    throw inflateProblem(thrown, expected);
  }
  if (inflated.length < expected) {
    throw new Problem(
      "image_truncated",
      `The PNG holds ${inflated.length} bytes of pixels where its header promises ${expected}; ` +
        "send the whole file.",
    );
  }
  return inflated;
}

function inflateProblem(thrown: unknown, expected: number): Problem {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE") {
    return new Problem(
      "image_bomb",
      `The PNG inflates to more than the ${expected} bytes of pixels that its header declares.`,
    );
  }
  if (code === "Z_BUF_ERROR") {
    return new Problem(
      "image_truncated",
      "The compressed pixels of the PNG end too early; send the whole file.",
    );
  }
  return corrupt(`its pixels cannot be inflated (${messageOf(thrown)})`);
}

/** Takes samples of 1, 2 or 4 bits out of their bytes; rows begin on a whole byte. */
function unpack(
  packed: Samples,
  { width, height }: { width: number; height: number },
  header: PngHeader,
): Samples {
  const { bitDepth } = header;
  if (bitDepth >= 8) return packed;
  const bytesPerRow = rowLength(width, header);
  const samplesPerByte = 8 / bitDepth;
  const mask = (1 << bitDepth) - 1;
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = packed[y * bytesPerRow + Math.floor(x / samplesPerByte)] ?? 0;
      const shift = 8 - bitDepth * ((x % samplesPerByte) + 1);
      samples[y * width + x] = (byte >> shift) & mask;
    }
  }
  return samples;
}

/** Puts the pixels of one pass where they belong in the whole picture. */
function spread(part: Samples, pass: Pass, whole: Samples, width: number, channels: number): void {
  for (let y = 0; y < pass.height; y++) {
    for (let x = 0; x < pass.width; x++) {
      const from = (y * pass.width + x) * channels;
      const to = ((pass.y + y * pass.dy) * width + pass.x + x * pass.dx) * channels;
      for (let c = 0; c < channels; c++) whole[to + c] = part[from + c] ?? 0;
    }
  }
}
