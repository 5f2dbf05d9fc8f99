import { codecPerPage } from "./codec_per_page.ts";
import type { MozJpeg } from "./libraries.ts";
import { corrupt, endsEarly, tooShort, unsupported } from "./problems.ts";
import type { Segment } from "./segment.ts";

/** Maximum number of scans. A progressive JPEG usually has about ten. Each one passes over all pixels. */
const MAX_SCANS = 32;

/** A warning about bytes that the decoder skips. The pixels before them are complete. */
const HARMLESS_WARNING = /extraneous bytes before marker 0xd9/i;

/** Adobe's segment APP14 without its last byte, the color transform. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

/** Values of the color transform: the components are RGB, or YCbCr. */
const [TRANSFORM_NONE, TRANSFORM_YCBCR] = [0, 1] as const;

/** Second bytes of markers (ITU-T T.81, table B.1). */
const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda] as const;

const codecOf = codecPerPage<MozJpeg>();

/**
 * Decodes a JPEG strip or tile (TIFF Technical Note 2) with MozJPEG. As in libtiff,
 * PhotometricInterpretation decides whether the components are RGB or YCbCr, not the JPEG.
 *
 * @returns uint8 `[rows, width, components]`.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`.
 */
export async function decodeJpegSegment(segment: Segment): Promise<Uint8Array> {
  const { packed, layout, rows } = segment;
  const components = layout.planar ? 1 : layout.samplesPerPixel;
  if (layout.bitsPerSample !== 8) {
    throw unsupported(`has a JPEG of ${layout.bitsPerSample} bits per sample; 8 are accepted`);
  }
  if (components !== 1 && components !== 3) {
    throw unsupported(`has a JPEG of ${components} samples per pixel; save it as RGB`);
  }
  const transform = layout.jpegYCbCr ? TRANSFORM_YCBCR : TRANSFORM_NONE;
  const jpeg = completeJpeg(layout.jpegTables, packed, components === 3 ? transform : undefined);
  const frame = readFrame(jpeg);
  if (frame.components !== components) {
    throw corrupt(`a JPEG in it has ${frame.components} components; the tags say ${components}`);
  }
  if (frame.width !== layout.grid.width || frame.height > layout.grid.height) {
    throw corrupt(
      `a JPEG in it has ${frame.width} x ${frame.height} pixels; the tags say ` +
        `${layout.grid.width} x ${layout.grid.height}`,
    );
  }
  if (frame.height < rows) {
    throw tooShort(frame.width * frame.height * components, segment.minBytes);
  }
  const { codec, messages } = await codecOf(layout, segment.libraries.mozJpeg);
  messages.length = 0;
  const rgba = decodeOrNothing(codec, jpeg);
  const complaint = messages.find((line) => !HARMLESS_WARNING.test(line));
  if (complaint !== undefined && /premature end/i.test(complaint)) throw endsEarly("JPEG");
  const isComplete = rgba?.length === frame.width * frame.height * 4;
  if (rgba === undefined || complaint !== undefined || !isComplete) {
    throw corrupt("the JPEG data of a strip or tile are damaged");
  }
  return withoutAlpha(rgba, components);
}

function decodeOrNothing(codec: MozJpeg, jpeg: Uint8Array): Uint8ClampedArray | undefined {
  try {
    return codec.decode(jpeg, false)?.data;
  } catch {
    // It throws an exit status. The reason is in the lines that it printed.
    return undefined;
  }
}

/** Keeps the first samples of each RGBA pixel, in the same memory: a strip may be a whole picture. */
function withoutAlpha(rgba: Uint8ClampedArray, components: number): Uint8Array {
  const samples = new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length / 4 * components);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += components) {
    samples[to] = rgba[from] as number;
    if (components === 1) continue;
    samples[to + 1] = rgba[from + 1] as number;
    samples[to + 2] = rgba[from + 2] as number;
  }
  return samples;
}

/**
 * Joins the shared tables and the segments of a strip or tile into a complete JPEG. Application segments
 * are left out, because libjpeg would follow JFIF rather than PhotometricInterpretation.
 *
 * @param transform The color transform, for three components.
 */
function completeJpeg(
  tables: Uint8Array | undefined,
  packed: Uint8Array,
  transform: number | undefined,
): Uint8Array {
  const { headers, scan } = splitAtScan(packed);
  if (scan === undefined) throw endsEarly("JPEG");
  const parts = [
    new Uint8Array([0xff, SOI, ...(transform === undefined ? [] : [...ADOBE, transform])]),
    ...(tables === undefined ? [] : splitAtScan(tables).headers),
    ...headers,
    packed.subarray(scan),
  ];
  const jpeg = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    jpeg.set(part, at);
    at += part.length;
  }
  return jpeg;
}

/**
 * Finds the segments before the first scan (T.81, B.1), without application segments and comments, and
 * the offset of the scan.
 */
function splitAtScan(bytes: Uint8Array): { headers: Uint8Array[]; scan?: number } {
  const headers: Uint8Array[] = [];
  let at = bytes[0] === 0xff && bytes[1] === SOI ? 2 : 0;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw corrupt("a JPEG in it has bytes between two of its segments");
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) break;
    if (marker === SOS) return { headers, scan: at };
    const end = at + 2 + ((bytes[at + 2] as number) << 8 | (bytes[at + 3] as number));
    if (end > bytes.length) break;
    const isApplicationOrComment = marker >= 0xe0 && marker <= 0xef || marker === 0xfe;
    if (!isApplicationOrComment) headers.push(bytes.subarray(at, end));
    at = end;
  }
  return { headers };
}

/** Reads the frame header (T.81, B.2.2). Refuses what MozJPEG does not decode, and too many scans. */
function readFrame(jpeg: Uint8Array): { width: number; height: number; components: number } {
  const { headers, scan = 0 } = splitAtScan(jpeg);
  const frames = headers.filter(([, marker = 0]) =>
    marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
  );
  const [frame] = frames;
  if (frame === undefined || frames.length > 1 || frame.length < 10) {
    throw corrupt("a JPEG in it has no frame header, or several");
  }
  const [, marker = 0] = frame;
  const [bits = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, components = 0] =
    frame.subarray(4);
  if (marker >= 0xc9) throw unsupported("has a JPEG with arithmetic coding; save it again");
  if (marker > 0xc2) throw unsupported("has a lossless or hierarchical JPEG; save it again");
  if (bits !== 8) throw unsupported(`has a JPEG of ${bits} bits per sample; 8 are accepted`);
  let scans = 0;
  for (let at = scan; (at = jpeg.indexOf(0xff, at)) >= 0; at++) {
    if (jpeg[at + 1] === SOS) scans++;
  }
  if (scans > MAX_SCANS) {
    throw corrupt(`a JPEG in it has ${scans} scans; at most ${MAX_SCANS} are accepted`);
  }
  return { width: widthHigh << 8 | widthLow, height: heightHigh << 8 | heightLow, components };
}
