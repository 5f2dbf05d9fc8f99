import { codecPerPage } from "./codec_per_page.ts";
import type { OpenJpeg } from "./libraries.ts";
import { corrupt, endsEarly, unsupported } from "./problems.ts";
import type { Segment } from "./segment.ts";
import { interleavedSamples } from "./segments.ts";

/** Maximum number of tiles within the JPEG 2000 of one strip or tile. */
const MAX_TILES = 1024;

/** Maximum number of pixels of one strip or tile. The decoder takes 16 bytes per pixel. */
const MAX_PIXELS = 1 << 24;

/** The smallest precincts, as a power of two. Each precinct takes memory; no common program writes smaller. */
const MIN_PRECINCT_EXPONENT = 3;

/** Messages of OpenJPEG that are more than information. */
const COMPLAINT = /\[(WARNING|ERROR)\]|error|failed/i;

/** Markers of a code stream (ITU-T T.800, table A.2). */
const [SOC, SIZ, COD, COC, SOT] = [0xff4f, 0xff51, 0xff52, 0xff53, 0xff90] as const;

/** Boxes of a JP2 (T.800, table I.2): the code stream and the header, "jp2c" and "jp2h". */
const [CODE_STREAM_BOX, HEADER_BOX] = [0x6a703263, 0x6a703268] as const;

const codecOf = codecPerPage<OpenJpeg>();

/**
 * Decodes a JPEG 2000 strip or tile with OpenJPEG: a code stream, as Aperio writes it, or a JP2.
 *
 * @returns Interleaved samples with the bits and the byte order of the layout.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`.
 */
export async function decodeJpeg2000Segment(segment: Segment): Promise<Uint8Array> {
  const { layout, rows, minBytes } = segment;
  const codeStream = findCodeStream(segment.packed);
  checkHeader(codeStream, segment);
  const { codec, messages } = await codecOf(layout, segment.libraries.openJpeg);
  messages.length = 0;
  const decoder = new codec.J2KDecoder();
  try {
    decoder.getEncodedBuffer(codeStream.length).set(codeStream);
    try {
      decoder.decode();
    } catch {
      throw damaged();
    }
    const { width, height, componentCount } = decoder.getFrameInfo();
    const decoded = decoder.getDecodedBuffer();
    const sampleBytes = layout.bitsPerSample / 8;
    const length = width * height * componentCount * sampleBytes;
    if (messages.some((line) => COMPLAINT.test(line)) || decoded.length < length) throw damaged();
    if (height < rows || length < minBytes) throw endsEarly("JPEG 2000");
    const samples = decoded.slice(0, length);
    // The decoder writes 16 bits with the lower byte first.
    if (sampleBytes === 2 && !layout.littleEndian) swapBytes(samples);
    return samples;
  } finally {
    decoder.delete();
  }
}

function damaged() {
  return corrupt("the JPEG 2000 data of a strip or tile are damaged");
}

function swapBytes(bytes: Uint8Array): void {
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    [bytes[at], bytes[at + 1]] = [bytes[at + 1] as number, bytes[at] as number];
  }
}

/** Returns the code stream (T.800, annex A), which may be inside a JP2 (annex I). */
function findCodeStream(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length >= 2 && view.getUint16(0) === SOC) return packed;
  for (let at = 0; at + 16 <= packed.length;) {
    const [shortLength, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const isLong = shortLength === 1;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : shortLength;
    // A length of 0 means that the box is the last one.
    const end = length === 0 ? packed.length : at + length;
    if (type === CODE_STREAM_BOX) {
      return packed.subarray(at + (isLong ? 16 : 8), Math.min(end, packed.length));
    }
    if (type === HEADER_BOX && hasPalette(packed.subarray(at, end))) {
      throw unsupported("has a JPEG 2000 with a palette; save it as RGB");
    }
    if (end <= at) break;
    at = end;
  }
  throw corrupt("a strip or tile is not a JPEG 2000");
}

/** Returns whether the header of a JP2 contains the box of a palette, "pclr". */
function hasPalette(header: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(header.subarray(0, 4096)).includes("pclr");
}

/** Compares the header (segment SIZ, A.5.1) with the tags before the decoder allocates memory. */
function checkHeader(codeStream: Uint8Array, { layout, rows }: Segment): void {
  const view = new DataView(codeStream.buffer, codeStream.byteOffset, codeStream.byteLength);
  if (codeStream.length < 42 || view.getUint16(2) !== SIZ) {
    throw corrupt("a JPEG 2000 in it has no header");
  }
  const width = view.getUint32(8) - view.getUint32(16);
  const height = view.getUint32(12) - view.getUint32(20);
  const components = view.getUint16(40);
  const { grid, bitsPerSample } = layout;
  if (width !== grid.width || height > grid.height || height < rows) {
    throw corrupt(
      `a JPEG 2000 in it has ${width} x ${height} pixels; the tags say ` +
        `${grid.width} x ${grid.height}`,
    );
  }
  if (width * height > MAX_PIXELS) {
    throw unsupported(
      `has a JPEG 2000 of ${width} x ${height} pixels; at most ${MAX_PIXELS} pixels are accepted, ` +
        "save it in smaller tiles",
    );
  }
  const tiles = Math.ceil(view.getUint32(8) / view.getUint32(24)) *
    Math.ceil(view.getUint32(12) / view.getUint32(28));
  if (!(tiles <= MAX_TILES)) {
    throw corrupt(`a JPEG 2000 in it has ${tiles} tiles; at most ${MAX_TILES} are accepted`);
  }
  const expected = interleavedSamples(layout);
  if (components !== expected) {
    throw corrupt(`a JPEG 2000 in it has ${components} components; the tags say ${expected}`);
  }
  if (codeStream.length < 42 + 3 * components) throw endsEarly("JPEG 2000");
  for (let c = 0; c < components; c++) {
    const [depth, across, down] = [0, 1, 2].map((i) => view.getUint8(42 + 3 * c + i));
    if (depth !== bitsPerSample - 1) {
      throw unsupported(
        `has a JPEG 2000 whose samples are not unsigned with ${bitsPerSample} bits, as the tags say`,
      );
    }
    if (across !== 1 || down !== 1) {
      throw unsupported("has a JPEG 2000 with colors of lower resolution; save it as RGB");
    }
  }
  checkPrecincts(codeStream);
  // The decoder fills missing parts with smooth color without an error.
  if (!hasEnd(codeStream)) throw endsEarly("JPEG 2000");
}

/** Reports whether a code stream ends with its last marker (EOC, A.4.4); zeros may follow. */
function hasEnd(code: Uint8Array): boolean {
  let end = code.length;
  while (end > 0 && code[end - 1] === 0) end--;
  return code[end - 2] === 0xff && code[end - 1] === 0xd9;
}

/** Refuses tiny precincts in the coding styles (segments COD and COC, A.6.1) of the main header. */
function checkPrecincts(codeStream: Uint8Array): void {
  const view = new DataView(codeStream.buffer, codeStream.byteOffset, codeStream.byteLength);
  for (let at = 2; at + 4 <= codeStream.length;) {
    const marker = view.getUint16(at);
    if (marker === SOT) return;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > codeStream.length || end <= at + 2) break;
    const [styleAt, sizesAt] = marker === COD ? [at + 4, at + 14] : [at + 5, at + 11];
    if ((marker === COD || marker === COC) && (view.getUint8(styleAt) & 1) === 1) {
      for (const size of codeStream.subarray(sizesAt, end)) {
        if ((size & 15) < MIN_PRECINCT_EXPONENT || size >> 4 < MIN_PRECINCT_EXPONENT) {
          throw corrupt("a JPEG 2000 in it has tiny precincts");
        }
      }
    }
    at = end;
  }
  throw endsEarly("JPEG 2000");
}
