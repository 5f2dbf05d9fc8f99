import { MICROMETERS_PER, microscopeMpp } from "../mpp.ts";
import { exifScale } from "./exif.ts";
import { frameHeader } from "./header.ts";
import { MARKER, segmentsOf, startsWith } from "./segments.ts";

/** Micrometers per unit of JFIF. With the unit 0, JFIF states only the shape of a pixel. */
const UNITS: Record<number, number> = { 1: MICROMETERS_PER.inch, 2: MICROMETERS_PER.centimeter };

/** Relative difference up to which two resolutions are the same: JFIF stores whole numbers. */
const TOLERANCE = 0.01;

/**
 * Reads micrometers per pixel from the JFIF segment (JFIF 1.02) or the Exif segment. Returns `undefined` if
 * the file states none, if no microscope can have it, or if the two segments contradict each other.
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
  return scales.every((scale) => Math.abs(scale - first) <= TOLERANCE * first) ? first : undefined;
}

function jfifScale(data: Uint8Array): number | undefined {
  if (!startsWith(data, "JFIF\0") || data.length < 12) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const micrometers = UNITS[view.getUint8(7)];
  if (micrometers === undefined) return undefined;
  return microscopeMpp(micrometers / view.getUint16(8), micrometers / view.getUint16(10));
}
