import { corrupt, endsEarly, tooShort, unsupported } from "./problems.ts";
import type { Segment } from "./segment.ts";
import type { MozJpeg, TiffLibraries } from "./libraries.ts";

/** A progressive JPEG has about ten scans; each further one costs a pass over all its pixels. */
const MAX_SCANS = 32;

/**
 * Decodes a JPEG strip or tile (TIFF Technical Note 2) with MozJPEG. As in libtiff the tags say what
 * its colors are, not the JPEG: they are RGB where PhotometricInterpretation is RGB.
 *
 * @returns uint8 `[rows, width, components]`.
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`.
 */
export async function decodeJpegSegment(segment: Segment): Promise<Uint8Array> {
  const { packed, layout, rows } = segment;
  const components = layout.planar ? 1 : layout.samples;
  if (layout.bits !== 8) throw unsupported(`has a JPEG of ${layout.bits} bits a sample`);
  if (components !== 1 && components !== 3) {
    throw unsupported(`has a JPEG of ${components} samples a pixel; save it as RGB`);
  }
  const transform = layout.jpegYCbCr ? YCBCR : RGB;
  const jpeg = joined(layout.jpegTables, packed, components === 3 ? transform : undefined);
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
    throw tooShort(frame.width * frame.height * components, segment.needed);
  }
  const { codec, complaints } = await decoderFor(segment.libraries, layout);
  complaints.length = 0;
  const rgba = decodeWith(codec, jpeg);
  const complaint = complaints.find((line) => !HARMLESS.test(line));
  if (complaint !== undefined && /premature end/i.test(complaint)) {
    throw endsEarly("JPEG");
  }
  if (
    rgba === undefined || complaint !== undefined ||
    rgba.length !== frame.width * frame.height * 4
  ) {
    throw corrupt("the JPEG code of a strip or tile breaks off");
  }
  return withoutAlpha(rgba, components);
}

/** The decoder only skips these bytes; the pixels before them are whole. */
const HARMLESS = /extraneous bytes before marker 0xd9/i;

interface Decoder {
  readonly codec: MozJpeg;
  readonly complaints: string[];
}

/** The instance of each picture; it goes with the picture's layout. */
const decoders = new WeakMap<object, Promise<Decoder>>();

function decoderFor(libraries: TiffLibraries, layout: object): Promise<Decoder> {
  const known = decoders.get(layout);
  if (known !== undefined) return known;
  const complaints: string[] = [];
  const take = (line: string) => void complaints.push(line);
  const made = libraries.mozJpeg({ print: take, printErr: take })
    .then((codec) => ({ codec, complaints }));
  decoders.set(layout, made);
  return made;
}

function decodeWith(codec: MozJpeg, jpeg: Uint8Array): Uint8ClampedArray | undefined {
  try {
    return codec.decode(jpeg, false)?.data;
  } catch {
    // It throws its exit status; what is wrong is in its complaints, if anywhere.
    return undefined;
  }
}

function withoutAlpha(rgba: Uint8ClampedArray, components: number): Uint8Array {
  const samples = new Uint8Array(rgba.length / 4 * components);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += components) {
    samples[to] = rgba[from] as number;
    if (components === 1) continue;
    samples[to + 1] = rgba[from + 1] as number;
    samples[to + 2] = rgba[from + 2] as number;
  }
  return samples;
}

/** Adobe's marker, which tells the decoder whether the components are RGB (0) or YCbCr (1). */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
const RGB = 0;
const YCBCR = 1;

/**
 * A JPEG that stands alone: the shared tables and the segment's own parts. Markers of applications are
 * left out, since JFIF's would be believed rather than the tags.
 */
function joined(
  tables: Uint8Array | undefined,
  packed: Uint8Array,
  transform: number | undefined,
): Uint8Array {
  const own = segmentsOf(packed);
  if (own.scan === undefined) throw endsEarly("JPEG");
  const parts = [
    new Uint8Array([0xff, 0xd8, ...(transform === undefined ? [] : [...ADOBE, transform])]),
    ...(tables === undefined ? [] : segmentsOf(tables).headers),
    ...own.headers,
    packed.subarray(own.scan),
  ];
  const jpeg = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    jpeg.set(part, at);
    at += part.length;
  }
  return jpeg;
}

/** The marker segments up to the first scan (ITU-T T.81, B.1), and where that begins. */
function segmentsOf(bytes: Uint8Array): { headers: Uint8Array[]; scan?: number } {
  const headers: Uint8Array[] = [];
  let at = bytes[0] === 0xff && bytes[1] === 0xd8 ? 2 : 0;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw corrupt("between two parts of a JPEG in it is something else");
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    if (marker === 0xda) return { headers, scan: at };
    const end = at + 2 + ((bytes[at + 2] as number) << 8 | (bytes[at + 3] as number));
    if (end > bytes.length) break;
    const isApplications = marker >= 0xe0 && marker <= 0xef || marker === 0xfe;
    if (!isApplications) headers.push(bytes.subarray(at, end));
    at = end;
  }
  return { headers };
}

/** Reads the frame of a JPEG (B.2.2) and checks that it is of a kind that can be decoded. */
function readFrame(jpeg: Uint8Array): { width: number; height: number; components: number } {
  const { headers, scan = 0 } = segmentsOf(jpeg);
  const frames = headers.filter(([, marker = 0]) =>
    marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
  );
  const [frame] = frames;
  if (frame === undefined || frames.length > 1 || frame.length < 10) {
    throw corrupt("a JPEG in it has no header");
  }
  const [, marker = 0, , , bits = 0, high = 0, low = 0, wide = 0, narrow = 0, components = 0] =
    frame;
  if (marker >= 0xc9) throw unsupported("has a JPEG with arithmetic coding; save it anew");
  if (marker > 0xc2) throw unsupported("has a lossless or hierarchical JPEG; save it anew");
  if (bits !== 8) throw unsupported(`has a JPEG of ${bits} bits a sample; 8 are accepted`);
  let scans = 0;
  for (let at = scan; (at = jpeg.indexOf(0xff, at)) >= 0; at++) {
    if (jpeg[at + 1] === 0xda) scans++;
  }
  if (scans > MAX_SCANS) throw corrupt(`a JPEG in it has ${scans} scans`);
  return { width: wide << 8 | narrow, height: high << 8 | low, components };
}
