import { Buffer } from "node:buffer";
import { Problem } from "../../errors.ts";
import { blocksOf, type Component, frameHeader, type JpegHeader } from "./header.ts";
import { corrupt, MARKER, type Segment, segmentsOf, startsWith, unsupported } from "./segments.ts";

/** A checked JPEG, and the memory that the decoder needs for it. */
export interface PlainJpeg {
  readonly header: JpegHeader;
  /** The file with only the segments that affect pixels. */
  readonly bytes: Uint8Array;
  /** Bytes that the decoder allocates for coefficients and pixels. */
  readonly decoderBytes: number;
}

/** Maximum number of scans. Common programs write 6 to 14 in a progressive JPEG. */
const MAX_SCANS = 100;

/** Maximum number of scans of a block, on average. Common programs write 4 to 10. */
const MAX_SCANS_PER_BLOCK = 24;

/**
 * Checks a JPEG and rewrites it with only the segments that affect pixels, so that the decoder reads nothing
 * unchecked. Repairs faults that libjpeg warns about and that lose no pixel, because libjpeg prints only
 * the first of several warnings:
 *
 * - Bytes between two segments are removed.
 * - An unknown version of JFIF becomes 1, and an unknown color transform of Adobe becomes YCbCr, which is
 *   how libjpeg reads them.
 * - The spectral parameters of a sequential scan, which have no meaning, become those of a whole scan.
 *
 * @throws {Problem} `image_truncated`, `image_corrupt`, `image_unsupported`.
 */
export function plainJpeg(bytes: Uint8Array): PlainJpeg {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, MARKER.SOI)];
  const progress = new Map<number, Uint8Array>();
  let header: JpegHeader | undefined;
  let scans = 0;
  let decodedBlocks = 0;
  let pixelBytes = 0;
  for (const segment of segmentsOf(bytes)) {
    const frame = frameHeader(segment);
    if (frame !== undefined) {
      if (header !== undefined) throw corrupt("it has two headers (SOF)");
      header = frame;
    }
    if (segment.marker === MARKER.SOS) {
      if (header === undefined) throw corrupt("its pixels come before its header");
      const components = componentsOf(segment, header);
      decodedBlocks += totalBlocks(header, components, false);
      checkScanCount(++scans, decodedBlocks, header);
      noteProgress(progress, segment, components, header.progressive);
      pixelBytes += segment.pixels.length;
    }
    const data = frame === undefined ? keptData(segment, header) : segment.data;
    if (data === undefined) continue;
    const length = data.length + 2;
    parts.push(Uint8Array.of(0xff, segment.marker, length >> 8, length & 0xff));
    parts.push(data, segment.pixels);
  }
  parts.push(Uint8Array.of(0xff, MARKER.EOI));
  if (header === undefined) throw corrupt("it has no header (SOF)");
  checkComplete(progress, header);
  checkPixelBytes(pixelBytes, header);
  return {
    header,
    bytes: Buffer.concat(parts),
    decoderBytes: decoderBytes(header, scans),
  };
}

/** Returns the repaired data of a segment; `undefined` if the segment does not affect pixels. */
function keptData({ marker, data }: Segment, header?: JpegHeader): Uint8Array | undefined {
  switch (marker) {
    case MARKER.DHT:
    case MARKER.DQT:
    case MARKER.DRI:
      return data;
    case MARKER.SOS:
      return header?.progressive ? data : withLast(data, 3, [0, 63, 0]);
    case MARKER.APP0:
      return startsWith(data, "JFIF\0") && data.length >= 14 ? data.with(5, 1) : undefined;
    case MARKER.APP14:
      return startsWith(data, "Adobe") && data.length >= 12
        ? data.with(11, Math.min(1, data[11] ?? 0))
        : undefined;
    case MARKER.EOI:
      return undefined;
  }
  const isIgnored = marker >= 0xe0 && marker <= 0xef || [0xfe, 0xcc, 0xdc].includes(marker);
  if (isIgnored) return undefined; // APPn, COM, DAC, DNL
  throw corrupt(`it has a marker FF ${marker.toString(16).padStart(2, "0").toUpperCase()}`);
}

/** Marks a coefficient that no scan has contained yet. */
const ALL_BITS = 255;

/** Returns the components of a scan (T.81, B.2.3). */
function componentsOf({ data }: Segment, { components }: JpegHeader): Component[] {
  const count = data[0] ?? 0;
  if (count < 1 || count > components.length || data.length !== 4 + 2 * count) {
    throw corrupt(`a scan has ${data.length} bytes for ${count} components`);
  }
  return Array.from({ length: count }, (_, i) => {
    const component = components.find(({ id }) => id === data[1 + 2 * i]);
    if (component === undefined) throw corrupt("a scan has a component that its header lacks");
    return component;
  });
}

/**
 * Records how many low bits of each of the 64 coefficients of a component are missing after a scan.
 *
 * @throws {Problem} `image_corrupt` if a progressive scan does not continue the ones before it.
 */
function noteProgress(
  progress: Map<number, Uint8Array>,
  { data }: Segment,
  components: readonly Component[],
  progressive: boolean,
): void {
  const [first = 0, last = 0, bits = 0] = progressive ? data.subarray(-3) : [0, 63, 0];
  const [before, after] = [bits >> 4, bits & 15];
  for (const { id } of components) {
    const missing = progress.get(id) ?? new Uint8Array(64).fill(ALL_BITS);
    const expected = before === 0 ? ALL_BITS : before;
    const follows = missing.subarray(first, last + 1).every((bits) => bits === expected) &&
      (before === 0 || after === before - 1) && (first === 0 || missing[0] !== ALL_BITS);
    if (progressive && !follows) {
      throw corrupt("a progressive scan does not continue where the one before it ended");
    }
    progress.set(id, missing.fill(after, first, last + 1));
  }
}

/** Refuses a progressive JPEG that lacks scans. libjpeg would decode it coarsely, without a warning. */
function checkComplete(progress: Map<number, Uint8Array>, header: JpegHeader): void {
  for (const { id } of header.components) {
    const missing = progress.get(id);
    if (missing === undefined) throw truncatedPixels(`its component ${id} has none`);
    if (missing.some((bits) => bits > 0)) throw truncatedPixels("its last scans are missing");
  }
}

function checkScanCount(scans: number, decodedBlocks: number, header: JpegHeader): void {
  const maxBlocks = MAX_SCANS_PER_BLOCK * totalBlocks(header, header.components, false);
  if (scans <= MAX_SCANS && decodedBlocks <= maxBlocks) return;
  throw unsupported(
    `has more than ${MAX_SCANS} scans, or more than ${MAX_SCANS_PER_BLOCK} of one channel; ` +
      "save it again with another program",
  );
}

function totalBlocks(
  header: JpegHeader,
  components: readonly Component[],
  padded: boolean,
): number {
  return components.reduce((sum, component) => sum + blocksOf(header, component, padded), 0);
}

/**
 * Refuses a file that is too short for its pixels, before memory is allocated for them. A block of 8 x 8
 * samples takes at least one bit, in a sequential JPEG two (T.81, F.1.2 and G.1.2).
 */
function checkPixelBytes(pixelBytes: number, header: JpegHeader): void {
  const blocks = totalBlocks(header, header.components, false);
  const needed = Math.ceil(blocks * (header.progressive ? 1 : 2) / 8);
  if (pixelBytes >= needed) return;
  throw truncatedPixels(
    `there are ${pixelBytes} bytes, but ${header.width} x ${header.height} take at least ${needed}`,
  );
}

function truncatedPixels(what: string): Problem {
  return new Problem(
    "image_truncated",
    `The pixels of the JPEG are not complete: ${what}; send the whole file.`,
  );
}

/** Returns the bytes of the RGBA pixels; if there are several scans, also those of all coefficients (int16). */
function decoderBytes(header: JpegHeader, scans: number): number {
  const blocks = totalBlocks(header, header.components, true);
  const coefficients = header.progressive || scans > 1 ? blocks * 64 * 2 : 0;
  return header.width * header.height * 4 + coefficients;
}

function withLast(data: Uint8Array, count: number, values: readonly number[]): Uint8Array {
  const changed = new Uint8Array(data);
  changed.set(values, Math.max(0, data.length - count));
  return changed;
}
