import { MICROMETERS_PER, microscopeMpp } from "../mpp.ts";
import { chunksBehindHeader, hasRightCrc, readPngHeader } from "./chunks.ts";

/** The unit of pHYs for pixels per meter. With the other unit, 0, pHYs states only the shape of a pixel. */
const METER = 1;

/**
 * Reads micrometers per pixel from the chunk pHYs (PNG specification, third edition, 11.3.4.3). Returns
 * `undefined` if the file states none, or if no microscope can have it.
 *
 * @throws {Problem} as {@linkcode readPngHeader} and {@linkcode chunksBehindHeader}.
 */
export function scaleOfPng(bytes: Uint8Array): number | undefined {
  readPngHeader(bytes);
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { type, at, data } of chunksBehindHeader(bytes)) {
    if (type === "IDAT") return undefined;
    if (type !== "pHYs" || data.length !== 9 || !hasRightCrc(bytes, file, at, 9)) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (view.getUint8(8) !== METER) return undefined;
    return microscopeMpp(
      MICROMETERS_PER.meter / view.getUint32(0),
      MICROMETERS_PER.meter / view.getUint32(4),
    );
  }
  return undefined;
}
