import { MICROMETERS_PER, microscopeMpp } from "../mpp.ts";
import { startsWith } from "./segments.ts";

/** Tags of the first directory (Exif 3.0, section 4.6.4; TIFF 6.0, section 8). */
const [X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT] = [282, 283, 296] as const;

/** Types of values: a fraction of two uint32, and a uint16. */
const [RATIONAL, SHORT] = [5, 3] as const;

/** Values of ResolutionUnit. 1 means no unit. The default is the inch. */
const [INCH, CENTIMETER] = [2, 3] as const;

/**
 * Reads micrometers per pixel from the first directory of an Exif segment. Returns `undefined` if it states
 * none, if no microscope can have it, or if the segment is damaged.
 *
 * @param segment The data of APP1.
 */
export function exifScale(segment: Uint8Array): number | undefined {
  if (!startsWith(segment, "Exif\0\0")) return undefined;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6);
  if (tiff.byteLength < 8) return undefined;
  const littleEndian = tiff.getUint16(0) === 0x4949;
  if (!littleEndian && tiff.getUint16(0) !== 0x4d4d) return undefined;
  if (tiff.getUint16(2, littleEndian) !== 42) return undefined;
  const values = readValues(tiff, tiff.getUint32(4, littleEndian), littleEndian);
  const unit = values.get(RESOLUTION_UNIT) ?? INCH;
  const micrometers = unit === INCH
    ? MICROMETERS_PER.inch
    : unit === CENTIMETER
    ? MICROMETERS_PER.centimeter
    : NaN;
  const x = values.get(X_RESOLUTION) ?? NaN;
  return microscopeMpp(micrometers / x, micrometers / (values.get(Y_RESOLUTION) ?? x));
}

/** Reads the entries of a directory that hold one fraction or one uint16, up to the end of the segment. */
function readValues(tiff: DataView, directory: number, littleEndian: boolean): Map<number, number> {
  const values = new Map<number, number>();
  if (directory + 2 > tiff.byteLength) return values;
  const count = tiff.getUint16(directory, littleEndian);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + 12 * i;
    if (at + 12 > tiff.byteLength) break;
    const type = tiff.getUint16(at + 2, littleEndian);
    if (tiff.getUint32(at + 4, littleEndian) !== 1) continue;
    const tag = tiff.getUint16(at, littleEndian);
    if (type === SHORT) values.set(tag, tiff.getUint16(at + 8, littleEndian));
    if (type !== RATIONAL) continue;
    const from = tiff.getUint32(at + 8, littleEndian);
    if (from + 8 > tiff.byteLength) continue;
    const numerator = tiff.getUint32(from, littleEndian);
    values.set(tag, numerator / tiff.getUint32(from + 4, littleEndian));
  }
  return values;
}
