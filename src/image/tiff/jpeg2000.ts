import { corrupt, endsEarly, unsupported } from "./problems.ts";
import type { OpenJpeg, TiffLibraries } from "./libraries.ts";
import { samplesTogether } from "./segments.ts";
import type { Segment } from "./segment.ts";

/** A segment may be cut into so many tiles of its own. */
const MAX_TILES = 1024;

/** The decoder takes 16 bytes a pixel. */
const MAX_PIXELS = 1 << 24;

/** Smallest precincts, as a power of two: each takes memory, and nobody writes smaller ones. */
const MIN_PRECINCT = 3;

/**
 * Decodes a JPEG 2000 strip or tile with OpenJPEG: a bare code stream, as Aperio writes, or a JP2.
 *
 * @returns Samples as the layout has them, interleaved.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`.
 */
export async function decodeJpeg2000Segment(segment: Segment): Promise<Uint8Array> {
  const { layout, rows } = segment;
  const code = codeStream(segment.packed);
  checkHeader(code, segment);
  const { codec, complaints } = await decoderFor(segment.libraries, layout);
  complaints.length = 0;
  const decoder = new codec.J2KDecoder();
  try {
    decoder.getEncodedBuffer(code.length).set(code);
    decodeWith(() => decoder.decode());
    const frame = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    const bytes = layout.bits / 8;
    const length = frame.width * frame.height * frame.componentCount * bytes;
    if (complaints.some((line) => COMPLAINT.test(line)) || samples.length < length) {
      throw corrupt("the JPEG 2000 code of a strip or tile breaks off");
    }
    if (frame.height < rows || length < segment.needed) {
      throw endsEarly("JPEG 2000");
    }
    const own = samples.slice(0, length);
    // The decoder writes the lower byte first.
    if (bytes === 2 && !layout.littleEndian) swapBytes(own);
    return own;
  } finally {
    decoder.delete();
  }
}

/** How OpenJPEG begins what is not mere information. */
const COMPLAINT = /\[(WARNING|ERROR)\]|error|failed/i;

function decodeWith(decode: () => void): void {
  try {
    decode();
  } catch {
    throw corrupt("the JPEG 2000 code of a strip or tile breaks off");
  }
}

function swapBytes(bytes: Uint8Array): void {
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    [bytes[at], bytes[at + 1]] = [bytes[at + 1] as number, bytes[at] as number];
  }
}

interface Decoder {
  readonly codec: OpenJpeg;
  readonly complaints: string[];
}

/** The instance of each picture; it goes with the picture's layout. */
const decoders = new WeakMap<object, Promise<Decoder>>();

function decoderFor(libraries: TiffLibraries, layout: object): Promise<Decoder> {
  const known = decoders.get(layout);
  if (known !== undefined) return known;
  const complaints: string[] = [];
  const take = (line: string) => void complaints.push(line);
  const made = libraries.openJpeg({ print: take, printErr: take })
    .then((codec) => ({ codec, complaints }));
  decoders.set(layout, made);
  return made;
}

/** The code stream itself (ITU-T T.800, Annex A), taken out of a JP2 (Annex I) where it is in one. */
function codeStream(packed: Uint8Array): Uint8Array {
  if (packed[0] === 0xff && packed[1] === 0x4f) return packed;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + 16 <= packed.length;) {
    const [length, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const header = length === 1 ? 16 : 8;
    const whole = length === 1 ? Number(view.getBigUint64(at + 8)) : length;
    const end = whole === 0 ? packed.length : at + whole;
    if (type === JP2_CODE) return packed.subarray(at + header, Math.min(end, packed.length));
    if (type === JP2_HEADER && includesPalette(packed.subarray(at, end))) {
      throw unsupported("has a JPEG 2000 with a palette; save it as RGB");
    }
    if (end <= at) break;
    at = end;
  }
  throw corrupt("a strip or tile is no JPEG 2000");
}

/** "jp2c" and "jp2h" as numbers of 32 bits. */
const JP2_CODE = 0x6a703263;
const JP2_HEADER = 0x6a703268;

function includesPalette(header: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(header.subarray(0, 4096)).includes("pclr");
}

/** Checks the size (marker SIZ, A.5.1) against the tags before the decoder takes memory for it. */
function checkHeader(code: Uint8Array, { layout, rows }: Segment): void {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  if (code.length < 42 || view.getUint16(2) !== 0xff51) {
    throw corrupt("a JPEG 2000 in it has no header");
  }
  const width = view.getUint32(8) - view.getUint32(16);
  const height = view.getUint32(12) - view.getUint32(20);
  const components = view.getUint16(40);
  const { grid } = layout;
  if (width !== grid.width || height > grid.height || height < rows) {
    throw corrupt(
      `a JPEG 2000 in it has ${width} x ${height} pixels; the tags say ${grid.width} x ${grid.height}`,
    );
  }
  if (width * height > MAX_PIXELS) {
    throw unsupported(`has a JPEG 2000 of ${width} x ${height} pixels; save it in tiles`);
  }
  const tiles = Math.ceil(view.getUint32(8) / view.getUint32(24)) *
    Math.ceil(view.getUint32(12) / view.getUint32(28));
  if (!(tiles <= MAX_TILES)) throw corrupt(`a JPEG 2000 in it is cut into ${tiles} tiles`);
  if (components !== samplesTogether(layout)) {
    throw corrupt(
      `a JPEG 2000 in it has ${components} components; the tags say ${samplesTogether(layout)}`,
    );
  }
  if (code.length < 42 + 3 * components) throw endsEarly("JPEG 2000");
  for (let c = 0; c < components; c++) {
    const [depth, across, down] = [0, 1, 2].map((i) => view.getUint8(42 + 3 * c + i));
    if (depth !== layout.bits - 1) {
      throw unsupported(`has a JPEG 2000 of other than ${layout.bits} unsigned bits a sample`);
    }
    if (across !== 1 || down !== 1) {
      throw unsupported("has a JPEG 2000 with colors of lower resolution; save it as RGB");
    }
  }
  checkPrecincts(code);
  // The decoder takes what is missing for smooth color and does not say so.
  if (!hasEnd(code)) throw endsEarly("JPEG 2000");
}

/** Whether a code stream ends with its last marker (EOC, A.4.4), before zeros that fill it up. */
function hasEnd(code: Uint8Array): boolean {
  let end = code.length;
  while (end > 0 && code[end - 1] === 0) end--;
  return code[end - 2] === 0xff && code[end - 1] === 0xd9;
}

/** Looks for tiny precincts in the coding styles (markers COD and COC, A.6.1) of the main header. */
function checkPrecincts(code: Uint8Array): void {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 2; at + 4 <= code.length;) {
    const marker = view.getUint16(at);
    if (marker === START_OF_TILE) return;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > code.length || end <= at + 2) break;
    const isDefault = marker === 0xff52;
    const style = at + (isDefault ? 4 : 5);
    const sizes = at + (isDefault ? 14 : 11);
    if ((isDefault || marker === 0xff53) && (view.getUint8(style) & 1) === 1) {
      for (const size of code.subarray(sizes, end)) {
        if ((size & 15) < MIN_PRECINCT || size >> 4 < MIN_PRECINCT) {
          throw corrupt("a JPEG 2000 in it is cut into tiny precincts");
        }
      }
    }
    at = end;
  }
  throw endsEarly("JPEG 2000");
}

const START_OF_TILE = 0xff90;
