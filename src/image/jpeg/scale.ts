import { MICROMETERS_PER, microscopeMpp } from "../mpp.ts";
import { exifScale } from "./exif.ts";
import { frameHeader } from "./header.ts";
import { MARKER, segmentsOf, startsWith } from "./segments.ts";

/** Pixels per inch and per centimeter, in JFIF; 0 says nothing but the shape of a pixel. */
const UNITS: Record<number, number> = { 1: MICROMETERS_PER.inch, 2: MICROMETERS_PER.centimeter };

/** Two resolutions are the same up to this, as a share: JFIF has whole numbers. */
const SAME = 0.01;

/**
 * Returns the resolution that a JPEG declares before its pixels, in its JFIF segment (JFIF 1.02) or
 * in its Exif segment, in microns per pixel; undefined where there is none, none that a microscope
 * has, or two that contradict each other.
 *
 * @throws {Problem} as {@linkcode segmentsOf} and {@linkcode frameHeader}.
 */
export function scaleOfJpeg(bytes: Uint8Array): number | undefined {
  const scales: number[] = [];
  for (const segment of segmentsOf(bytes)) {
    if (segment.marker === MARKER.SOS || frameHeader(segment) !== undefined) break;
    const scale = segment.marker === MARKER.APP0
      ? jfifScale(segment.data)
      : segment.marker === MARKER.APP1
      ? exifScale(segment.data)
      : undefined;
    if (scale !== undefined) scales.push(scale);
  }
  const [first] = scales;
  if (first === undefined) return undefined;
  return scales.every((scale) => Math.abs(scale - first) <= SAME * first) ? first : undefined;
}

function jfifScale(data: Uint8Array): number | undefined {
  if (!startsWith(data, "JFIF\0") || data.length < 12) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const microns = UNITS[view.getUint8(7)];
  if (microns === undefined) return undefined;
  return microscopeMpp(microns / view.getUint16(8), microns / view.getUint16(10));
}
